package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Fits a custom object to its structural schema, in place: fields that the schema does not know go,
 * and so do nulls where null is not allowed and a default is not set; {@code metadata} is read as
 * in any kind.
 */
final class SchemaPruner {
  private final boolean readsMetadata;
  private final List<String> unknown = new ArrayList<>();
  private final List<String> metadata = new ArrayList<>();

  /** Reads metadata too. */
  SchemaPruner() {
    this(true);
  }

  private SchemaPruner(boolean readsMetadata) {
    this.readsMetadata = readsMetadata;
  }

  /**
   * Prunes.
   *
   * @return what strict decoding has against it
   * @throws GoReader.TypeMismatch when metadata has a value of a wrong type
   */
  List<String> prune(ObjectNode object, CrdSchema schema) {
    whole(object, schema, "");
    Collections.sort(unknown);
    List<String> all = new ArrayList<>(metadata);
    unknown.forEach(path -> all.add("unknown field \"" + path + "\""));
    return all;
  }

  /** Prunes an object whose metadata has been read before. */
  static void strip(ObjectNode object, CrdSchema schema) {
    new SchemaPruner(false).fields(object, schema, "");
  }

  private void whole(ObjectNode object, CrdSchema schema, String path) {
    if (readsMetadata
        && schema.field("metadata").orElse(null) instanceof BuiltinSchema meta
        && object.get("metadata") instanceof ObjectNode there) {
      metadata.addAll(new GoReader().read(there, meta, below(path, "metadata")));
      GoWriter.write(there, meta);
    }
    fields(object, schema, path);
  }

  private void fields(ObjectNode object, Schema schema, String path) {
    List<String> gone = new ArrayList<>();
    Map<String, Schema> known = schema.fields();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String below = below(path, entry.getKey());
      Schema field = known.get(entry.getKey());
      if (field == null) {
        if (!schema.keepsUnknown()) {
          unknown.add(below);
          gone.add(entry.getKey());
        }
      } else if (entry.getValue().isNull()) {
        if (!field.nullable() && field.defaultValue().isEmpty()) {
          gone.add(entry.getKey());
        }
      } else if (field instanceof CrdSchema custom) {
        value(entry.getValue(), custom, below);
      }
    }
    object.remove(gone);
  }

  private static String below(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private void value(JsonNode value, CrdSchema schema, String path) {
    if (value instanceof ArrayNode array && schema.element() instanceof CrdSchema element) {
      for (int i = 0; i < array.size(); i++) {
        value(array.get(i), element, path + "[" + i + "]");
      }
    } else if (value instanceof ObjectNode object) {
      object(object, schema, path);
    }
  }

  private void object(ObjectNode object, CrdSchema schema, String path) {
    if (schema.type() == Schema.Type.MAP) {
      if (schema.element() instanceof CrdSchema element) {
        object
            .properties()
            .forEach(entry -> value(entry.getValue(), element, below(path, entry.getKey())));
      }
    } else if (schema.embeddedResource()) {
      whole(object, schema, path);
    } else if (schema.type() == Schema.Type.OBJECT || !schema.fields().isEmpty()) {
      fields(object, schema, path);
    } else if (!schema.keepsUnknown() && schema.type() == Schema.Type.ANY) {
      object.removeAll();
    }
  }
}
