package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** Keys in alphabetical order, as Go writes maps. */
final class SortedKeys {
  private SortedKeys() {}

  /** Sorts the keys of this object only. */
  static void here(ObjectNode object) {
    String last = "";
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (entry.getKey().compareTo(last) < 0) {
        Map<String, JsonNode> sorted = new TreeMap<>();
        object.properties().forEach(each -> sorted.put(each.getKey(), each.getValue()));
        object.removeAll();
        object.setAll(sorted);
        return;
      }
      last = entry.getKey();
    }
  }

  /** Sorts the keys of all objects in a tree. */
  static void everywhere(JsonNode tree) {
    if (tree instanceof ObjectNode object) {
      here(object);
    }
    tree.forEach(SortedKeys::everywhere);
  }
}
