package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value of a custom object beside the one in whose place it is after an update: the same field,
 * the same key of a map, or the element with the same keys.
 *
 * @param value as it is now
 * @param before as it was
 * @param schema of both
 */
record Correlation(JsonNode value, JsonNode before, JsonNode schema) {
  /** The values of a field; empty where one has none, or the schema does not know it. */
  Optional<Correlation> field(String name) {
    JsonNode now = value.path(name);
    JsonNode then = before.path(name);
    JsonNode below = schema.path("properties").path(name);
    if (below.isMissingNode()) {
      below = schema.path("additionalProperties");
    }
    return now.isMissingNode() || then.isMissingNode() || !below.isObject()
        ? Optional.empty()
        : Optional.of(new Correlation(now, then, below));
  }

  /** Each element of a list; empty for one without an earlier one, as all are that have no keys. */
  List<Optional<Correlation>> elements() {
    Map<JsonNode, JsonNode> earlier = new HashMap<>();
    if (isKeyed() && before.isArray()) {
      before.forEach(each -> key(each).ifPresent(key -> earlier.putIfAbsent(key, each)));
    }
    List<Optional<Correlation>> elements = new ArrayList<>(value.size());
    for (JsonNode element : value) {
      elements.add(
          key(element)
              .flatMap(key -> Optional.ofNullable(earlier.get(key)))
              .map(then -> new Correlation(element, then, schema.path("items"))));
    }
    return elements;
  }

  private boolean isKeyed() {
    return Nodes.textOrEmpty(schema, "x-kubernetes-list-type").equals("map");
  }

  private Optional<JsonNode> key(JsonNode element) {
    List<JsonNode> names = Nodes.list(schema, "x-kubernetes-list-map-keys");
    ObjectNode key = Json.object();
    for (JsonNode name : names) {
      JsonNode part = element.path(name.asText());
      if (!part.isValueNode() || part.isNull()) {
        return Optional.empty();
      }
      key.set(name.asText(), part);
    }
    return names.isEmpty() ? Optional.empty() : Optional.of(key);
  }

  /** Whether both are the same. Where the schema ends nobody can tell, which counts as a change. */
  boolean isSame() {
    if (value.isArray() && before.isArray() && isKeyed()) {
      return value.size() == before.size() && elements().stream().allMatch(Correlation::isSame);
    }
    if (value.isObject() && before.isObject()) {
      return value.size() == before.size()
          && value.properties().stream().allMatch(entry -> isSame(field(entry.getKey())));
    }
    return value.equals(before);
  }

  private static boolean isSame(Optional<Correlation> below) {
    return below.isPresent() && below.get().isSame();
  }
}
