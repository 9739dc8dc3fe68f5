package io.github.kruiseinstaller.testkit.internal.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.BuiltinSchema;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The order in which Go writes fields: metadata as it is declared, maps by their keys. Other structs
 * are written by their names too, since the field table does not know their order.
 */
final class GoOrder {
  private static final List<String> METADATA =
      List.of(
          "name",
          "generateName",
          "namespace",
          "selfLink",
          "uid",
          "resourceVersion",
          "generation",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "labels",
          "annotations",
          "ownerReferences",
          "finalizers",
          "managedFields");

  private GoOrder() {}

  /** A copy in this order. */
  static ObjectNode of(Schema schema, ObjectNode object) {
    boolean struct = schema instanceof BuiltinSchema && schema.type() == Schema.Type.OBJECT;
    List<String> names = new ArrayList<>();
    if (schema instanceof BuiltinSchema builtin
        && builtin.struct().filter("meta.v1.ObjectMeta"::equals).isPresent()) {
      METADATA.stream().filter(object::has).forEach(names::add);
    }
    for (String name : new TreeSet<>(names(object))) {
      if (!names.contains(name)) {
        names.add(name);
      }
    }
    ObjectNode ordered = Json.object();
    for (String name : names) {
      Schema below = struct ? schema.field(name).orElseGet(Schema::any) : schema.element();
      ordered.set(name, value(below, object.path(name)));
    }
    return ordered;
  }

  private static JsonNode value(Schema schema, JsonNode value) {
    if (value instanceof ObjectNode object) {
      return of(schema, object);
    }
    if (value instanceof ArrayNode list) {
      ArrayNode ordered = Json.array();
      list.forEach(element -> ordered.add(value(schema.element(), element)));
      return ordered;
    }
    return value;
  }

  private static List<String> names(ObjectNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** A copy whose own fields, not those inside them, are by their names: what a patch touched. */
  static ObjectNode sorted(ObjectNode object) {
    Map<String, JsonNode> fields = new TreeMap<>();
    object.properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
    ObjectNode sorted = Json.object();
    fields.forEach(sorted::set);
    return sorted;
  }
}
