package io.github.kruiseinstaller.testkit.internal.network;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/** What Go says about half an object. */
final class GoSyntaxError {
  private static final String END = "unexpected end of JSON input";

  private GoSyntaxError() {}

  /** The complaint about something that begins like an object. */
  static String of(byte[] body) {
    return inside(new String(body, StandardCharsets.UTF_8).stripLeading());
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

  /** Something that begins well. */
  private static String inside(String text) {
    if (text.length() > 1) {
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
