package io.github.kruiseinstaller.testkit.internal.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Lists under a strategic merge patch: replaced, or merged by key or by value. */
final class StrategicList {
  private final Schema element;
  private final Optional<String> mergeKey;
  private final boolean merges;

  /** Lists of this schema. */
  StrategicList(Schema schema) {
    this.element = schema.element();
    this.mergeKey = schema.mergeKey();
    this.merges = mergeKey.isPresent() || schema.mergesScalars();
  }

  /** Merges {@code patch} into {@code old}; uses up both. */
  ArrayNode merge(ArrayNode old, ArrayNode patch) {
    if (!merges) {
      return patch;
    }
    if (old.isEmpty() && patch.isEmpty()) {
      return old;
    }
    if (!requireOneType(old, patch)) {
      return ordered(union(old, patch), patch, old);
    }
    String key =
        mergeKey.orElseThrow(
            () -> StrategicPatch.failed("cannot merge lists without merge key for "));
    ArrayNode normal = Json.array();
    ArrayNode base = old;
    boolean replace = false;
    for (JsonNode item : patch) {
      JsonNode directive = item.get(StrategicPatch.DIRECTIVE);
      if (directive == null) {
        normal.add(item);
      } else if (directive.asText().equals("delete")) {
        JsonNode gone = require(item, key);
        base = without(base, key, gone);
      } else if (directive.asText().equals("replace")) {
        replace = true;
      } else if (directive.asText().equals("merge")) {
        throw StrategicPatch.failed("merging lists cannot yet be specified in the patch");
      } else {
        throw StrategicPatch.unknownDirective(directive, item);
      }
    }
    if (replace) {
      return ordered(normal, Json.array(), normal);
    }
    ArrayNode order = normal.deepCopy();
    return ordered(mergeByKey(base.deepCopy(), normal, key), order, base);
  }

  private ArrayNode mergeByKey(ArrayNode merged, ArrayNode patch, String key) {
    for (JsonNode item : patch) {
      JsonNode value = require(item, key);
      int position = position(merged, value, key);
      if (position >= 0) {
        merged.set(
            position,
            StrategicPatch.merge(element, (ObjectNode) merged.get(position), (ObjectNode) item));
      } else {
        merged.add(item);
      }
    }
    return merged;
  }

  private static int position(ArrayNode list, JsonNode value, String key) {
    for (int i = 0; i < list.size(); i++) {
      if (value.equals(list.get(i).get(key))) {
        return i;
      }
    }
    return -1;
  }

  private static ArrayNode without(ArrayNode list, String key, JsonNode value) {
    ArrayNode rest = Json.array();
    list.forEach(
        item -> {
          if (!value.equals(item.get(key))) {
            rest.add(item);
          }
        });
    return rest;
  }

  /**
   * Each value once. The last value takes the place of a repeated one, which is seen only where
   * orders do not say otherwise.
   */
  private static ArrayNode union(ArrayNode old, ArrayNode patch) {
    List<JsonNode> both = new ArrayList<>();
    old.forEach(both::add);
    patch.forEach(both::add);
    for (int i = 0; i < both.size(); i++) {
      for (int j = i + 1; j < both.size(); j++) {
        if (both.get(i).equals(both.get(j))) {
          both.set(j, both.get(both.size() - 1));
          both.remove(both.size() - 1);
          j--;
        }
      }
    }
    return Json.array().addAll(both);
  }

  /** Returns whether the elements are objects. */
  private static boolean requireOneType(ArrayNode old, ArrayNode patch) {
    Set<String> types =
        Stream.of(old, patch)
            .flatMap(list -> list.valueStream())
            .map(GoText::type)
            .collect(Collectors.toSet());
    if (types.contains("[]interface {}")) {
      throw Patches.unprocessable();
    }
    if (types.size() > 1) {
      throw StrategicPatch.failed(
          "list element types are not identical: ["
              + GoText.plain(old)
              + " "
              + GoText.plain(patch)
              + "]");
    }
    return types.contains("map[string]interface {}");
  }

  /** Refuses a patch whose elements are not those of the order, in that order. */
  void requireOrder(ArrayNode patch, ArrayNode order) {
    if (patch.isEmpty() || order.isEmpty()) {
      return;
    }
    int next = 0;
    for (JsonNode item : patch) {
      boolean found = isDelete(item) || (next < order.size() && isDirective(item));
      while (!found && next < order.size()) {
        found = identity(order.get(next++)).equals(identity(item));
      }
      if (!found) {
        throw StrategicPatch.failed(
            "The order in patch list:\n"
                + GoText.plain(patch)
                + "\n doesn't match $setElementOrder list:\n"
                + GoText.plain(order)
                + "\n");
      }
    }
  }

  private static boolean isDirective(JsonNode item) {
    return item.has(StrategicPatch.DIRECTIVE);
  }

  private static boolean isDelete(JsonNode item) {
    return item.path(StrategicPatch.DIRECTIVE).asText().equals("delete");
  }

  /**
   * Brings a merged list in order: what {@code order} names as it says, the rest as it was in
   * {@code old}, and the one between the other as it was there.
   */
  ArrayNode ordered(ArrayNode merged, ArrayNode order, ArrayNode old) {
    List<JsonNode> named = identities(order);
    List<JsonNode> before = identities(old);
    List<JsonNode> patched = new ArrayList<>();
    List<JsonNode> others = new ArrayList<>();
    merged.forEach(item -> (named.contains(identity(item)) ? patched : others).add(item));
    patched.sort(Comparator.comparingInt(item -> named.indexOf(identity(item))));
    others.sort(Comparator.comparingInt(item -> rank(before, item)));
    ArrayNode all = Json.array();
    int i = 0;
    for (JsonNode item : patched) {
      int place = before.indexOf(identity(item));
      while (i < others.size() && isBefore(before.indexOf(identity(others.get(i))), place)) {
        all.add(others.get(i++));
      }
      all.add(item);
    }
    return all.addAll(others.subList(i, others.size()));
  }

  private static boolean isBefore(int place, int other) {
    return place >= 0 && other >= 0 && place < other;
  }

  private int rank(List<JsonNode> order, JsonNode item) {
    int position = order.indexOf(identity(item));
    return position < 0 ? Integer.MAX_VALUE : position;
  }

  private List<JsonNode> identities(ArrayNode list) {
    return list.valueStream().map(this::identity).toList();
  }

  private JsonNode identity(JsonNode item) {
    return mergeKey
        .map(key -> item.isObject() ? require(item, key) : MissingNode.getInstance())
        .orElse(item);
  }

  private static JsonNode require(JsonNode item, String key) {
    JsonNode value = item.get(key);
    if (value == null) {
      throw StrategicPatch.failed(
          "map: " + GoText.plain(item) + " does not contain declared merge key: " + key);
    }
    return value;
  }
}
