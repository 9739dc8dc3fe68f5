package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.Place.Form;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import org.jspecify.annotations.Nullable;

/** Takes places out of an object. */
final class Removal {
  private Removal() {}

  /** A copy without these places. What becomes empty by it is null. */
  static ObjectNode of(Schema schema, ObjectNode object, FieldSet places) {
    JsonNode rest = remove(schema, object, places);
    return rest instanceof ObjectNode left ? left : Json.object();
  }

  private static @Nullable JsonNode remove(Schema schema, JsonNode value, FieldSet places) {
    Form form = Place.form(schema, value);
    if (form == Form.SCALAR) {
      return value;
    }
    if (Place.isAtomic(schema, form)) {
      return null;
    }
    return form == Form.LIST
        ? removeElements(schema, Place.elements(value), places)
        : removeEntries(schema, Place.entries(value), places);
  }

  private static @Nullable JsonNode removeEntries(
      Schema schema, ObjectNode object, FieldSet places) {
    ObjectNode rest = Json.object();
    object
        .properties()
        .forEach(
            entry -> {
              Step step = new Step.Field(entry.getKey());
              if (!places.has(step)) {
                Schema below = Place.field(schema, entry.getKey());
                rest.set(entry.getKey(), removeBelow(below, entry.getValue(), places.below(step)));
              }
            });
    return rest.isEmpty() ? null : rest;
  }

  private static @Nullable JsonNode removeElements(Schema schema, ArrayNode list, FieldSet places) {
    ArrayNode rest = Json.array();
    for (JsonNode element : list) {
      Step step = Place.step(schema, element);
      if (!places.has(step)) {
        rest.add(removeBelow(schema.element(), element, places.below(step)));
      }
    }
    return rest.isEmpty() ? null : rest;
  }

  private static @Nullable JsonNode removeBelow(Schema schema, JsonNode value, FieldSet places) {
    return places.isEmpty() ? value.deepCopy() : remove(schema, value, places);
  }
}
