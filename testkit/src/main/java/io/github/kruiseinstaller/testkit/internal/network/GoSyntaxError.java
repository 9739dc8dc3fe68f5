package io.github.kruiseinstaller.testkit.internal.network;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** What Go says about a body that is not JSON: an HTML page, a plain text, half an object. */
final class GoSyntaxError {
  private static final String END = "unexpected end of JSON input";
  private static final Map<Character, String> LITERALS =
      Map.of('t', "true", 'f', "false", 'n', "null");

  private GoSyntaxError() {}

  /** The complaint. */
  static String of(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).stripLeading();
    if (text.isEmpty()) {
      return END;
    }
    char first = text.charAt(0);
    if (LITERALS.containsKey(first)) {
      return literal(text, LITERALS.getOrDefault(first, ""));
    }
    if (Character.isDigit(first)) {
      return afterNumber(text);
    }
    return first == '{' || first == '[' || first == '"' || first == '-'
        ? inside(text)
        : invalid(first, "looking for beginning of value");
  }

  /** How Go calls the type of a value. */
  static String type(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "array";
      case STRING -> "string";
      case BOOLEAN -> "bool";
      case NUMBER -> "number";
      default -> "null";
    };
  }

  private static String literal(String text, String literal) {
    for (int i = 1; i < literal.length(); i++) {
      if (i >= text.length()) {
        return END;
      }
      if (text.charAt(i) != literal.charAt(i)) {
        return invalid(
            text.charAt(i), "in literal " + literal + " (expecting '" + literal.charAt(i) + "')");
      }
    }
    return trailing(text.substring(literal.length())).orElse(END);
  }

  private static String afterNumber(String text) {
    int end = 0;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    return trailing(text.substring(end)).orElse(END);
  }

  private static Optional<String> trailing(String rest) {
    String next = rest.stripLeading();
    return next.isEmpty()
        ? Optional.empty()
        : Optional.of(invalid(next.charAt(0), "after top-level value"));
  }

  /** Something that begins well. */
  private static String inside(String text) {
    if (text.charAt(0) == '{' && text.length() > 1) {
      String next = text.substring(1).stripLeading();
      if (!next.isEmpty() && next.charAt(0) != '"' && next.charAt(0) != '}') {
        return invalid(next.charAt(0), "looking for beginning of object key string");
      }
    }
    return END;
  }

  private static String invalid(char found, String where) {
    String quoted =
        switch (found) {
          case '\'' -> "'\\''";
          case '"' -> "'\"'";
          default -> "'" + found + "'";
        };
    return "invalid character " + quoted + " " + where;
  }
}
