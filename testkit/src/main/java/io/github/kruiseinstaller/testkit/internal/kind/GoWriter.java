package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings an object of a built-in kind into the form in which the API server writes it: what its
 * types leave out when it is empty is not there ({@code hostNetwork: false}, {@code labels: {}}),
 * and what they write even then is ({@code resources: {}}, {@code rules: null}).
 */
final class GoWriter {
  private GoWriter() {}

  /** Rewrites the object in place. */
  static void write(ObjectNode object, BuiltinSchema schema) {
    for (Map.Entry<String, Schema> entry : schema.fields().entrySet()) {
      String name = entry.getKey();
      BuiltinSchema field = (BuiltinSchema) entry.getValue();
      JsonNode value = object.get(name);
      if (value == null || value.isNull()) {
        absent(object, name, field);
      } else {
        inside(value, field);
        if (omitted(value, field)) {
          object.remove(name);
        }
      }
    }
  }

  private static void absent(ObjectNode object, String name, BuiltinSchema field) {
    GoType type = field.go();
    FieldFacts facts = field.facts();
    boolean valueType = !type.pointer() && alwaysWritten(type.shape());
    if (facts.always() || (valueType && !facts.omitsZero())) {
      JsonNode zero = zero(type);
      if (zero instanceof ObjectNode struct && type.shape() == GoType.Shape.STRUCT) {
        write(struct, field);
      }
      object.set(name, zero == null ? NullNode.getInstance() : zero);
    } else {
      object.remove(name);
    }
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

  /** To Go, a null among texts is the empty text. */
  private static void fillNulls(JsonNode map, BuiltinSchema element) {
    JsonNode zero = zero(element.go());
    if (zero != null && map instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              entry -> {
                if (entry.getValue().isNull()) {
                  entry.setValue(zero.deepCopy());
                }
              });
    }
  }

  private static void inside(JsonNode value, BuiltinSchema schema) {
    switch (schema.go().shape()) {
      case STRUCT -> {
        if (value instanceof ObjectNode object) {
          write(object, schema);
        }
      }
      case MAP, SLICE -> {
        BuiltinSchema element = (BuiltinSchema) schema.element();
        fillNulls(value, element);
        for (JsonNode child : value) {
          inside(child, element);
        }
      }
      default -> {}
    }
  }
}
