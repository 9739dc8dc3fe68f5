package io.github.kruiseinstaller.testkit.internal.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes' own patch format for built-in kinds: objects are merged, lists as their schema says,
 * and directives in the patch say what merging cannot.
 */
final class StrategicPatch {
  /** What is to be done with the object or list around it. */
  static final String DIRECTIVE = "$patch";

  private static final String RETAIN_KEYS = "$retainKeys";
  private static final String DELETE_FROM_LIST = "$deleteFromPrimitiveList";
  private static final String ELEMENT_ORDER = "$setElementOrder";

  private StrategicPatch() {}

  /**
   * A patched copy.
   *
   * @throws StatusException 400 for directives in a wrong form, 500 for merges that cannot be done
   */
  static ObjectNode apply(Schema schema, ObjectNode object, ObjectNode patch) {
    return merge(schema, object.deepCopy(), patch.deepCopy());
  }

  /** Merges into {@code object}; uses up {@code patch}. */
  static ObjectNode merge(Schema schema, ObjectNode object, ObjectNode patch) {
    JsonNode directive = patch.get(DIRECTIVE);
    if (directive != null) {
      return replaced(directive, patch);
    }
    retainKeys(object, patch);
    mergeOrderedLists(schema, object, patch);
    for (Map.Entry<String, JsonNode> entry : List.copyOf(patch.properties())) {
      if (entry.getKey().startsWith(DELETE_FROM_LIST)) {
        deleteFromList(object, named(entry.getKey(), DELETE_FROM_LIST), entry.getValue());
      } else {
        mergeEntry(schema, object, entry.getKey(), entry.getValue());
      }
    }
    return object;
  }

  private static ObjectNode replaced(JsonNode directive, ObjectNode patch) {
    if (directive.asText().equals("replace")) {
      patch.remove(DIRECTIVE);
      return patch;
    }
    if (directive.asText().equals("delete")) {
      return Json.object();
    }
    throw unknownDirective(directive, patch);
  }

  static StatusException unknownDirective(JsonNode directive, JsonNode map) {
    return failed(
        "unknown patch type: " + GoText.plain(directive) + " in map: " + GoText.plain(map));
  }

  private static void retainKeys(ObjectNode object, ObjectNode patch) {
    JsonNode retained = patch.remove(RETAIN_KEYS);
    if (retained == null) {
      return;
    }
    if (!retained.isArray()) {
      throw wrongForm("retainKeys");
    }
    Set<String> keys = new HashSet<>();
    retained.forEach(key -> keys.add(key.asText()));
    patch
        .properties()
        .forEach(
            entry -> {
              boolean directive =
                  entry.getKey().startsWith(DELETE_FROM_LIST)
                      || entry.getKey().startsWith(ELEMENT_ORDER);
              if (!directive && !entry.getValue().isNull() && !keys.contains(entry.getKey())) {
                throw wrongForm("retainKeys");
              }
            });
    object.retain(keys);
  }

  private static void mergeOrderedLists(Schema schema, ObjectNode object, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> entry : List.copyOf(patch.properties())) {
      if (!entry.getKey().startsWith(ELEMENT_ORDER)) {
        continue;
      }
      patch.remove(entry.getKey());
      ArrayNode order = list(entry.getValue());
      String name = named(entry.getKey(), ELEMENT_ORDER);
      JsonNode old = object.get(name);
      JsonNode now = patch.get(name);
      StrategicList lists = new StrategicList(below(schema, name));
      lists.requireOrder(now == null ? Json.array() : list(now), order);
      if (old == null && now == null) {
        continue;
      }
      ArrayNode before = old == null ? Json.array() : list(old);
      ArrayNode merged = before;
      if (now != null) {
        merged = old == null ? elements(list(now)) : lists.merge(before.deepCopy(), list(now));
      }
      object.set(name, lists.ordered(merged, order, before));
      patch.remove(name);
    }
  }

  private static void mergeEntry(Schema schema, ObjectNode object, String name, JsonNode value) {
    if (value.isNull()) {
      object.remove(name);
      return;
    }
    JsonNode there = object.get(name);
    if (there instanceof ObjectNode old && value instanceof ObjectNode now) {
      Schema below = below(schema, name);
      object.set(name, below.replaced() ? now : merge(below, old, now));
    } else if (there instanceof ArrayNode old && value instanceof ArrayNode now) {
      object.set(name, new StrategicList(below(schema, name)).merge(old, now));
    } else {
      put(object, name, value);
    }
  }

  private static void put(ObjectNode object, String name, JsonNode value) {
    discardNulls(value);
    JsonNode kept = withoutDirectives(value);
    if (kept == null) {
      object.remove(name);
    } else {
      object.set(name, kept);
    }
  }

  private static void deleteFromList(ObjectNode object, String name, JsonNode values) {
    if (values.isNull()) {
      object.remove(name);
    } else if (object.get(name) instanceof ArrayNode old && values instanceof ArrayNode gone) {
      Set<JsonNode> all = new HashSet<>();
      gone.forEach(all::add);
      ArrayNode rest = Json.array();
      old.forEach(
          element -> {
            if (!all.contains(element)) {
              rest.add(element);
            }
          });
      object.set(name, rest);
    }
  }

  private static void discardNulls(JsonNode value) {
    if (value instanceof ObjectNode object) {
      object.properties().removeIf(entry -> entry.getValue().isNull());
    }
    value.forEach(StrategicPatch::discardNulls);
  }

  /** A value that is new, freed of directives that nothing is there for; null when it is one. */
  static @Nullable JsonNode withoutDirectives(JsonNode value) {
    if (value instanceof ObjectNode object) {
      if (object.has(DIRECTIVE)) {
        return null;
      }
      for (Map.Entry<String, JsonNode> entry : List.copyOf(object.properties())) {
        JsonNode kept = withoutDirectives(entry.getValue());
        if (kept == null) {
          object.remove(entry.getKey());
        } else {
          object.set(entry.getKey(), kept);
        }
      }
    } else if (value instanceof ArrayNode list) {
      return elements(list);
    }
    return value;
  }

  private static ArrayNode elements(ArrayNode list) {
    ArrayNode rest = Json.array();
    for (JsonNode element : list) {
      JsonNode kept = withoutDirectives(element);
      if (kept != null) {
        rest.add(kept);
      }
    }
    return rest;
  }

  private static Schema below(Schema schema, String name) {
    return switch (schema.type()) {
      case OBJECT -> schema.field(name).orElse(Schema.any());
      case MAP -> schema.element();
      default -> Schema.any();
    };
  }

  /** The field that a directive such as {@code $setElementOrder/ports} is about. */
  private static String named(String key, String directive) {
    if (!key.startsWith(directive + "/")) {
      throw wrongForm(
          directive.equals(DELETE_FROM_LIST) ? "primitive list" : "setElementOrder list");
    }
    return key.substring(directive.length() + 1);
  }

  private static ArrayNode list(JsonNode value) {
    if (value instanceof ArrayNode list) {
      return list;
    }
    throw failed(
        "expected a []interface {}, but received a "
            // Go's way to print no type as a text.
            + (value.isNull() ? "%!s(<nil>)" : GoText.type(value)));
  }

  static StatusException wrongForm(String of) {
    return Statuses.badRequest("invalid patch format of " + of);
  }

  /** 500, as for all that the API server has no status for. */
  static StatusException failed(String message) {
    return new StatusException(500, "", message, null);
  }
}
