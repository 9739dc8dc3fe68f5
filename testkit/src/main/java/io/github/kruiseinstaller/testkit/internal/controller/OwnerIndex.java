package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which objects name which owner. Thread-safe. */
final class OwnerIndex {
  private final Map<String, Set<Item>> dependents = new HashMap<>();

  /** An object of any kind. */
  record Item(String groupResource, Key key) {}

  /**
   * An object is another now; null before: it is new, null after: it is gone. In one step: whoever
   * asks meanwhile finds it under the owners it had or under those it has.
   */
  synchronized void change(Item item, @Nullable ObjectNode before, @Nullable ObjectNode after) {
    List<String> had = before == null ? List.of() : owners(before);
    List<String> has = after == null ? List.of() : owners(after);
    for (String owner : had) {
      if (!has.contains(owner)) {
        remove(owner, item);
      }
    }
    for (String owner : has) {
      dependents.computeIfAbsent(owner, any -> new HashSet<>()).add(item);
    }
  }

  private void remove(String owner, Item item) {
    Set<Item> items = dependents.get(owner);
    if (items != null) {
      items.remove(item);
      if (items.isEmpty()) {
        dependents.remove(owner);
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
