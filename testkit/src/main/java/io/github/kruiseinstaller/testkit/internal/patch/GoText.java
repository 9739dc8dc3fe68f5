package io.github.kruiseinstaller.testkit.internal.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Values as Go's fmt package prints them, because the API server's messages quote them so. */
public final class GoText {
  private GoText() {}

  /** {@code %v} of a tree of maps, slices and scalars; keys are sorted. */
  public static String plain(JsonNode value) {
    if (value.isObject()) {
      return sorted(value).entrySet().stream()
          .map(entry -> entry.getKey() + ":" + plain(entry.getValue()))
          .collect(Collectors.joining(" ", "map[", "]"));
    }
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(GoText::plain)
          .collect(Collectors.joining(" ", "[", "]"));
    }
    return value.isNull() || value.isMissingNode() ? "<nil>" : value.asText();
  }

  /** {@code %#v} of the same. */
  public static String source(JsonNode value) {
    if (value.isObject()) {
      return sorted(value).entrySet().stream()
          .map(entry -> quote(entry.getKey()) + ":" + source(entry.getValue()))
          .collect(Collectors.joining(", ", "map[string]interface {}{", "}"));
    }
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(GoText::source)
          .collect(Collectors.joining(", ", "[]interface {}{", "}"));
    }
    if (value.isNull() || value.isMissingNode()) {
      return "interface {}(nil)";
    }
    return value.isTextual() ? quote(value.textValue()) : value.asText();
  }

  /** {@code %T} of the same. */
  public static String type(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "map[string]interface {}";
      case ARRAY -> "[]interface {}";
      case STRING -> "string";
      case BOOLEAN -> "bool";
      case NUMBER -> value.isIntegralNumber() ? "int64" : "float64";
      default -> "<nil>";
    };
  }

  /** {@code %q}. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    text.codePoints().forEach(point -> quoted.append(escaped(point)));
    return quoted.append('"').toString();
  }

  private static String escaped(int point) {
    return switch (point) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case 0x07 -> "\\a";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case 0x0b -> "\\v";
      default ->
          point < 0x20 || point == 0x7f
              ? String.format("\\x%02x", point)
              : Character.toString(point);
    };
  }

  private static Map<String, JsonNode> sorted(JsonNode object) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    object.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }
}
