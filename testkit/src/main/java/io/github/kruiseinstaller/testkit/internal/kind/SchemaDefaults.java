package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Puts the defaults of a structural schema into an object: where a field is absent, or null where
 * null is not allowed. What is not there is not gone into; what a default brings is.
 */
final class SchemaDefaults {
  private SchemaDefaults() {}

  /** Completes a value in place. */
  static void apply(JsonNode value, Schema schema) {
    if (value instanceof ArrayNode list && schema.type() == Schema.Type.LIST) {
      list(list, schema.element());
    } else if (value instanceof ObjectNode map && schema.type() == Schema.Type.MAP) {
      map(map, schema.element());
    } else if (value instanceof ObjectNode object) {
      object(object, schema);
    }
  }

  private static void object(ObjectNode object, Schema schema) {
    for (Map.Entry<String, Schema> field : schema.fields().entrySet()) {
      JsonNode there = object.get(field.getKey());
      if (field.getValue() instanceof BuiltinSchema) {
        continue;
      }
      if (there == null || lacks(there, field.getValue())) {
        field.getValue().defaultValue().ifPresent(value -> object.set(field.getKey(), value));
      }
      JsonNode now = object.get(field.getKey());
      if (now != null) {
        apply(now, field.getValue());
      }
    }
  }

  private static boolean lacks(JsonNode value, Schema schema) {
    return value.isNull() && !schema.nullable();
  }

  private static void list(ArrayNode list, Schema element) {
    for (int i = 0; i < list.size(); i++) {
      if (lacks(list.get(i), element) && element.defaultValue().isPresent()) {
        list.set(i, element.defaultValue().get());
      }
      apply(list.get(i), element);
    }
  }

  private static void map(ObjectNode map, Schema element) {
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      if (lacks(entry.getValue(), element)) {
        element.defaultValue().ifPresent(entry::setValue);
      }
      apply(entry.getValue(), element);
    }
  }
}
