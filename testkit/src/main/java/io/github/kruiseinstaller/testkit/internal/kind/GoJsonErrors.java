package io.github.kruiseinstaller.testkit.internal.kind;

import java.nio.charset.StandardCharsets;

/** Words a JSON syntax error as Go does: a scanner that only looks for the first wrong byte. */
final class GoJsonErrors {
  private static final String END = "unexpected end of JSON input";

  private final String text;
  private int at;

  private GoJsonErrors(String text) {
    this.text = text;
  }

  /** A syntax error, found. */
  private static final class Found extends RuntimeException {
    private static final long serialVersionUID = 1;

    Found(String message) {
      super(message, null, false, false);
    }
  }

  /** What Go says against a body that is not JSON. */
  static String of(byte[] body) {
    try {
      GoJsonErrors scanner = new GoJsonErrors(new String(body, StandardCharsets.UTF_8));
      scanner.value("looking for beginning of value");
      scanner.space();
      if (scanner.at < scanner.text.length()) {
        throw scanner.wrong("after top-level value");
      }
      return END;
    } catch (Found found) {
      return String.valueOf(found.getMessage());
    }
  }

  private Found wrong(String where) {
    if (at >= text.length()) {
      return new Found(END);
    }
    char c = text.charAt(at);
    String quoted =
        switch (c) {
          case '\'' -> "'\\''";
          case '"' -> "'\"'";
          case '\n' -> "'\\n'";
          case '\t' -> "'\\t'";
          case '\r' -> "'\\r'";
          default -> c < ' ' ? String.format("'\\x%02x'", (int) c) : "'" + c + "'";
        };
    return new Found("invalid character " + quoted + " " + where);
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek(String where) {
    space();
    if (at >= text.length()) {
      throw wrong(where);
    }
    return text.charAt(at);
  }

  private void value(String where) {
    char c = peek(where);
    switch (c) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> {
        if (c != '-' && (c < '0' || c > '9')) {
          throw wrong(where);
        }
        number();
      }
    }
  }

  private void object() {
    at++;
    if (peek("looking for beginning of object key string") == '}') {
      at++;
      return;
    }
    while (true) {
      if (peek("looking for beginning of object key string") != '"') {
        throw wrong("looking for beginning of object key string");
      }
      string();
      if (peek("after object key") != ':') {
        throw wrong("after object key");
      }
      at++;
      value("looking for beginning of value");
      char next = peek("after object key:value pair");
      if (next == '}') {
        at++;
        return;
      }
      if (next != ',') {
        throw wrong("after object key:value pair");
      }
      at++;
    }
  }

  private void array() {
    at++;
    if (peek("looking for beginning of value") == ']') {
      at++;
      return;
    }
    while (true) {
      value("looking for beginning of value");
      char next = peek("after array element");
      if (next == ']') {
        at++;
        return;
      }
      if (next != ',') {
        throw wrong("after array element");
      }
      at++;
    }
  }

  private void string() {
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return;
      }
      if (c < ' ') {
        throw wrong("in string literal");
      }
      if (c == '\\') {
        at++;
        if (at < text.length() && "\"\\/bfnrtu".indexOf(text.charAt(at)) < 0) {
          throw wrong("in string escape code");
        }
      }
    }
    throw wrong("");
  }

  private void literal(String word) {
    for (int i = 0; i < word.length(); i++, at++) {
      if (at >= text.length() || text.charAt(at) != word.charAt(i)) {
        throw wrong("in literal " + word + " (expecting '" + word.charAt(i) + "')");
      }
    }
  }

  private void number() {
    if (text.charAt(at) == '-') {
      at++;
      if (at >= text.length() || text.charAt(at) < '0' || text.charAt(at) > '9') {
        throw wrong("in numeric literal");
      }
    }
    while (at < text.length() && "0123456789.eE+-".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
