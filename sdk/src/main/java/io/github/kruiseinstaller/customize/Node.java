package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.internal.tree.Flags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A map in a tree under change. Maps and lists are made where they are absent.
 *
 * <p>Throws IllegalArgumentException where the tree has another shape than expected.
 */
final class Node {
  private final Map<String, @Nullable Object> map;

  Node(Map<String, @Nullable Object> map) {
    this.map = map;
  }

  /** The map at a path of keys. */
  Node at(String... path) {
    Node here = this;
    for (String key : path) {
      here = here.child(key);
    }
    return here;
  }

  /** The list under a key. */
  @SuppressWarnings("unchecked") // every list of a raw tree holds raw trees
  List<@Nullable Object> list(String key) {
    Object value = map.get(key);
    if (value == null) {
      List<@Nullable Object> made = new ArrayList<>();
      map.put(key, made);
      return made;
    }
    if (value instanceof List<?> list) {
      return (List<@Nullable Object>) list;
    }
    throw new IllegalArgumentException("'" + key + "' is not a list");
  }

  /** The maps in the list under a key; nothing is made when there is none. */
  List<Node> items(String key) {
    List<Node> items = new ArrayList<>();
    if (map.get(key) != null) {
      for (Object item : list(key)) {
        if (item instanceof Map<?, ?> itemMap) {
          items.add(of(itemMap));
        }
      }
    }
    return items;
  }

  /** The first map in the list under a key whose {@code name} is this, or null. */
  @Nullable Node named(String key, String name) {
    return items(key).stream()
        .filter(item -> name.equals(item.get("name")))
        .findFirst()
        .orElse(null);
  }

  /** Drops items of the list under a key. */
  void removeItems(String key, Predicate<Node> which) {
    if (map.get(key) != null) {
      list(key).removeIf(item -> item instanceof Map<?, ?> itemMap && which.test(of(itemMap)));
    }
  }

  /** The flags among the arguments of this map, a container. */
  Flags flags() {
    return new Flags(map);
  }

  @Nullable Object get(String key) {
    return map.get(key);
  }

  boolean has(String key) {
    return map.get(key) != null;
  }

  Node set(String key, @Nullable Object value) {
    map.put(key, value);
    return this;
  }

  /** Sets a list, or removes the field when the list is empty. */
  void setOrRemove(String key, List<?> values) {
    if (values.isEmpty()) {
      map.remove(key);
    } else {
      map.put(key, values);
    }
  }

  void remove(String key) {
    map.remove(key);
  }

  /** Sets texts and keeps what else there is. */
  void setAll(Map<String, String> values) {
    map.putAll(values);
  }

  private Node child(String key) {
    Object value = map.get(key);
    if (value == null) {
      Map<String, @Nullable Object> made = new LinkedHashMap<>();
      map.put(key, made);
      return new Node(made);
    }
    if (value instanceof Map<?, ?> childMap) {
      return of(childMap);
    }
    throw new IllegalArgumentException("'" + key + "' is not a map");
  }

  @SuppressWarnings("unchecked") // every map of a raw tree has text keys
  private static Node of(Map<?, ?> map) {
    return new Node((Map<String, @Nullable Object>) map);
  }
}
