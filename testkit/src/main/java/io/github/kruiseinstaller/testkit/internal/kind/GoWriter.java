package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings an object of a built-in kind into the form in which the API server writes it: what its
 * types leave out when it is empty is not there ({@code hostNetwork: false}, {@code labels: {}}),
 * and what they write even then is ({@code resources: {}}, {@code rules: null}). Fields come in the
 * order of the types, keys of maps in alphabetical order.
 */
final class GoWriter {
  private GoWriter() {}

  /** Rewrites the object in place. */
  static void write(ObjectNode object, BuiltinSchema schema) {
    int left = object.size();
    for (Map.Entry<String, Schema> entry : schema.fields().entrySet()) {
      BuiltinSchema field = (BuiltinSchema) entry.getValue();
      JsonNode value = left == 0 ? null : object.remove(entry.getKey());
      if (value != null) {
        left--;
      }
      JsonNode form = value == null || value.isNull() ? absent(field) : present(value, field);
      if (form != null) {
        // At the end, behind what is still to be looked at.
        object.set(entry.getKey(), form);
      }
    }
    if (left > 0) {
      unknownLast(object, left);
    }
  }

  /** What the type does not know, the reader has removed, or nobody looks at. */
  private static void unknownLast(ObjectNode object, int count) {
    List<String> unknown = new ArrayList<>();
    object.fieldNames().forEachRemaining(unknown::add);
    for (String name : unknown.subList(0, count)) {
      JsonNode value = object.remove(name);
      object.set(name, value);
    }
  }

  private static @Nullable JsonNode absent(BuiltinSchema field) {
    GoType type = field.go();
    FieldFacts facts = field.facts();
    boolean valueType = !type.pointer() && alwaysWritten(type.shape());
    if (!facts.always() && (!valueType || facts.omitsZero())) {
      return null;
    }
    JsonNode zero = zero(type);
    if (zero instanceof ObjectNode struct && type.shape() == GoType.Shape.STRUCT) {
      write(struct, field);
    }
    return zero == null ? NullNode.getInstance() : zero;
  }

  private static @Nullable JsonNode present(JsonNode value, BuiltinSchema field) {
    inside(value, field);
    return omitted(value, field) ? null : value;
  }

  /** Struct types are never empty to Go's writer, whatever is in them. */
  private static boolean alwaysWritten(GoType.Shape shape) {
    return switch (shape) {
      case STRUCT, TIME, MICRO_TIME, QUANTITY, INT_OR_STRING -> true;
      default -> false;
    };
  }

  /** The zero value of a type; null stands for null. */
  static @Nullable JsonNode zero(GoType type) {
    if (type.pointer()) {
      return null;
    }
    return switch (type.shape()) {
      case STRUCT -> Json.object();
      case STRING -> Json.text("");
      case INT32, INT64, FLOAT, INT_OR_STRING -> Json.of(0L);
      case BOOL -> Json.of(false);
      case QUANTITY -> Json.text("0");
      default -> null;
    };
  }

  private static boolean omitted(JsonNode value, BuiltinSchema field) {
    GoType type = field.go();
    if (type.pointer() || field.facts().always()) {
      return false;
    }
    return switch (type.shape()) {
      case STRING, BYTES -> value.asText().isEmpty();
      case INT32, INT64, FLOAT -> value.isNumber() && value.doubleValue() == 0;
      case BOOL -> !value.booleanValue();
      case MAP, SLICE -> value.isEmpty();
      case STRUCT -> field.facts().omitsZero() && value.isEmpty();
      default -> false;
    };
  }

  private static void inside(JsonNode value, BuiltinSchema schema) {
    switch (schema.go().shape()) {
      case STRUCT -> {
        if (value instanceof ObjectNode object) {
          write(object, schema);
        }
      }
      case MAP -> {
        if (value instanceof ObjectNode map) {
          map(map, (BuiltinSchema) schema.element());
        }
      }
      case SLICE -> {
        for (JsonNode child : value) {
          inside(child, (BuiltinSchema) schema.element());
        }
      }
      default -> {}
    }
  }

  private static void map(ObjectNode map, BuiltinSchema element) {
    JsonNode zero = zero(element.go());
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      if (entry.getValue().isNull() && zero != null) {
        entry.setValue(zero);
      }
      inside(entry.getValue(), element);
    }
    SortedKeys.here(map);
  }
}
