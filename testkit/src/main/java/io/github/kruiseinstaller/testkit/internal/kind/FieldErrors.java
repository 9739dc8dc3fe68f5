package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** What is wrong with an object, field by field, as Kubernetes words it. */
final class FieldErrors {
  private final List<Cause> causes = new ArrayList<>();

  /** All, in the order in which they were found. */
  List<Cause> causes() {
    return causes;
  }

  boolean isEmpty() {
    return causes.isEmpty();
  }

  /** A value is missing. */
  void required(String field) {
    required(field, "");
  }

  /** A value is missing; {@code detail} says which. */
  void required(String field, String detail) {
    add("FieldValueRequired", field, "Required value", detail);
  }

  /** A value is malformed. */
  void invalid(String field, JsonNode value, String detail) {
    add("FieldValueInvalid", field, "Invalid value: " + printed(value), detail);
  }

  /** A text is malformed. */
  void invalid(String field, String value, String detail) {
    add("FieldValueInvalid", field, "Invalid value: " + quote(value), detail);
  }

  /** A text is malformed in several ways. */
  void invalid(String field, String value, Collection<String> details) {
    details.forEach(detail -> invalid(field, value, detail));
  }

  /** A value of the wrong type. */
  void wrongType(String field, String type, String detail) {
    add("FieldValueTypeInvalid", field, "Invalid value: " + quote(type), detail);
  }

  /** A value that is there already. */
  void duplicate(String field, JsonNode value) {
    add("FieldValueDuplicate", field, "Duplicate value: " + printed(value), "");
  }

  /** A reference to what is not there. */
  void notFound(String field, String value) {
    add("FieldValueNotFound", field, "Not found: " + quote(value), "");
  }

  /** A value that is not one of a few. */
  void unsupported(String field, JsonNode value, Collection<String> supported) {
    String detail =
        supported.stream()
            .map(FieldErrors::quote)
            .collect(Collectors.joining(", ", "supported values: ", ""));
    add("FieldValueNotSupported", field, "Unsupported value: " + printed(value), detail);
  }

  /** A value that is not allowed here. */
  void forbidden(String field, String detail) {
    add("FieldValueForbidden", field, "Forbidden", detail);
  }

  /** A value of too many bytes. */
  void tooLong(String field, long most) {
    String detail = "may not be more than " + most + (most == 1 ? " byte" : " bytes");
    add("FieldValueTooLong", field, "Too long", detail);
  }

  /** A list or map of too many elements. */
  void tooMany(String field, long actual, long most) {
    String detail = "must have at most " + most + (most == 1 ? " item" : " items");
    add("FieldValueTooMany", field, "Too many: " + actual, detail);
  }

  /** Less than nothing. */
  void notNegative(String field, JsonNode value) {
    if (value.isNumber() && value.longValue() < 0) {
      invalid(field, value, "must be greater than or equal to 0");
    }
  }

  /** One of a few, when it is there. */
  void oneOf(String field, JsonNode value, Collection<String> supported) {
    if (!value.isMissingNode() && !value.isNull() && !supported.contains(value.asText())) {
      unsupported(field, value, supported);
    }
  }

  /** What is the same before and after. */
  void immutable(String field, JsonNode now, JsonNode before) {
    if (!same(now, before)) {
      invalid(field, now, "field is immutable");
    }
  }

  /** To Go, absent, null and empty are one. */
  static boolean same(JsonNode one, JsonNode other) {
    return orMissing(one).equals(orMissing(other));
  }

  private static JsonNode orMissing(JsonNode node) {
    return node.isNull() || (node.isContainerNode() && node.isEmpty())
        ? MissingNode.getInstance()
        : node;
  }

  /** Takes over what another collection has. */
  void addAll(FieldErrors others) {
    causes.addAll(others.causes);
  }

  /** Takes over what another collection has of a field's value, which it took for the whole. */
  void addBelow(String field, FieldErrors others) {
    for (Cause cause : others.causes) {
      String path = cause.field();
      String joint = path.isEmpty() || path.startsWith("[") ? "" : ".";
      causes.add(new Cause(cause.reason(), cause.message(), field + joint + path));
    }
  }

  /** Takes over what another collection has, in the order of its texts. */
  void addAllSorted(FieldErrors others) {
    others.causes.stream()
        .sorted(java.util.Comparator.comparing(cause -> cause.field() + ": " + cause.message()))
        .forEach(causes::add);
  }

  private void add(String reason, String field, String message, String detail) {
    causes.add(new Cause(reason, detail.isEmpty() ? message : message + ": " + detail, field));
  }

  /** A value as the messages show it: as it is, so structs need the order of their Go types. */
  static String printed(JsonNode value) {
    if (value.isTextual()) {
      return quote(value.textValue());
    }
    return value.isMissingNode() ? "null" : escaped(value.toString());
  }

  /** Go's JSON does not trust browsers. */
  private static String escaped(String json) {
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
  }

  /** A text in Go's quotes. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < ' ' || c == 127) {
            quoted.append(String.format("\\x%02x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
