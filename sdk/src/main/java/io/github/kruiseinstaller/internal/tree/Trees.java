package io.github.kruiseinstaller.internal.tree;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reading and copying raw JSON trees of maps, lists and scalars. */
public final class Trees {
  private Trees() {}

  /** A deep copy that nobody can change. */
  public static Map<String, @Nullable Object> frozen(Map<?, ?> tree) {
    return Collections.unmodifiableMap(copyOfMap(tree, true));
  }

  /** A deep copy that can be changed at every level. */
  public static Map<String, @Nullable Object> mutable(Map<?, ?> tree) {
    return copyOfMap(tree, false);
  }

  /**
   * The value at a path of map keys (String) and list positions (Integer), or null when any step is
   * absent or of another shape.
   */
  public static @Nullable Object at(@Nullable Object root, Object... path) {
    Object here = root;
    for (Object step : path) {
      if (step instanceof String key && here instanceof Map<?, ?> map) {
        here = map.get(key);
      } else if (step instanceof Integer index
          && here instanceof List<?> list
          && index >= 0
          && index < list.size()) {
        here = list.get(index);
      } else {
        return null;
      }
    }
    return here;
  }

  /** The text at a path, or null when absent or not a text. */
  public static @Nullable String text(@Nullable Object root, Object... path) {
    return at(root, path) instanceof String text ? text : null;
  }

  /** The whole number at a path, or {@code fallback} when absent or not a number. */
  public static long number(long fallback, @Nullable Object root, Object... path) {
    return at(root, path) instanceof Number number ? number.longValue() : fallback;
  }

  /** The map at a path, or an empty one when absent or not a map. */
  @SuppressWarnings("unchecked") // every map of a raw tree has text keys
  public static Map<String, @Nullable Object> map(@Nullable Object root, Object... path) {
    return at(root, path) instanceof Map<?, ?> map
        ? (Map<String, @Nullable Object>) map
        : Collections.emptyMap();
  }

  /** The list at a path, or an empty one when absent or not a list. */
  @SuppressWarnings("unchecked") // every list of a raw tree holds raw trees
  public static List<@Nullable Object> list(@Nullable Object root, Object... path) {
    return at(root, path) instanceof List<?> list
        ? (List<@Nullable Object>) list
        : Collections.emptyList();
  }

  /** The maps among the items of the list at a path. */
  public static List<Map<String, @Nullable Object>> maps(@Nullable Object root, Object... path) {
    List<Map<String, @Nullable Object>> maps = new ArrayList<>();
    for (Object item : list(root, path)) {
      if (item instanceof Map<?, ?>) {
        maps.add(map(item));
      }
    }
    return maps;
  }

  /** The map under a key of a changeable map; an empty one is put there when there is none. */
  public static Map<String, @Nullable Object> child(
      Map<String, @Nullable Object> parent, String key) {
    if (!(parent.get(key) instanceof Map<?, ?>)) {
      parent.put(key, new LinkedHashMap<String, @Nullable Object>());
    }
    return map(parent, key);
  }

  private static Map<String, @Nullable Object> copyOfMap(Map<?, ?> tree, boolean freeze) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : tree.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw new IllegalArgumentException("not a text key: " + entry.getKey());
      }
      copy.put(key, copyOf(entry.getValue(), freeze));
    }
    return copy;
  }

  private static @Nullable Object copyOf(@Nullable Object value, boolean freeze) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = copyOfMap(map, freeze);
      return freeze ? Collections.unmodifiableMap(copy) : copy;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      for (Object item : list) {
        copy.add(copyOf(item, freeze));
      }
      return freeze ? Collections.unmodifiableList(copy) : copy;
    }
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    return value;
  }
}
