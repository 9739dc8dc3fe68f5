package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which objects name which owner. Thread-safe. */
final class OwnerIndex {
  private final Map<String, Set<Item>> dependents = new HashMap<>();

  /** An object of any kind. */
  record Item(String groupResource, Key key) {}

  synchronized void add(Item item, ObjectNode object) {
    for (String owner : owners(object)) {
      dependents.computeIfAbsent(owner, any -> new HashSet<>()).add(item);
    }
  }

  synchronized void remove(Item item, ObjectNode object) {
    for (String owner : owners(object)) {
      Set<Item> items = dependents.get(owner);
      if (items != null) {
        items.remove(item);
        if (items.isEmpty()) {
          dependents.remove(owner);
        }
      }
    }
  }

  /** Those that name the owner. */
  synchronized List<Item> dependents(String ownerUid) {
    return List.copyOf(dependents.getOrDefault(ownerUid, Set.of()));
  }

  static List<String> owners(JsonNode object) {
    return Nodes.list(object, "metadata", "ownerReferences").stream()
        .map(owner -> Nodes.textOrEmpty(owner, "uid"))
        .toList();
  }
}
