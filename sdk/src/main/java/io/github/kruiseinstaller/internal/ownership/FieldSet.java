package io.github.kruiseinstaller.internal.ownership;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of fields of an object in the form of {@code metadata.managedFields}: {@code f:name} leads
 * to a field, {@code k:{...}} to the item of a list with these keys, {@code v:...} to the item of a
 * set. A node that is empty, or has the key {@code .}, is itself in the set. Immutable.
 *
 * @param fields the tree
 */
public record FieldSet(Map<String, @Nullable Object> fields) {
  /** No field. */
  public static final FieldSet NONE = new FieldSet(Map.of());

  private static final String SELF = ".";
  private static final String FIELD = "f:";
  private static final String KEYED_ITEM = "k:";
  private static final String SET_ITEM = "v:";

  /** Copies the tree. */
  public FieldSet {
    fields = Trees.frozen(fields);
  }

  /** One field by the names on the way to it. */
  public static FieldSet field(String... names) {
    Map<String, @Nullable Object> node = Map.of();
    for (int i = names.length - 1; i >= 0; i--) {
      node = Map.of(FIELD + names[i], node);
    }
    return new FieldSet(node);
  }

  /** Whether there is no field in it. */
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /** Whether the set has a field, or something below it. */
  public boolean reaches(String... names) {
    Object here = fields;
    for (String name : names) {
      here = Trees.at(here, FIELD + name);
    }
    return here != null;
  }

  /** The fields that are in one or the other. */
  public FieldSet union(FieldSet other) {
    return new FieldSet(union(fields, other.fields, true));
  }

  /**
   * The fields that the other has not. A map or list is not told apart from what it holds: where
   * the other has something in it, that it exists is no field of its own.
   */
  public FieldSet minus(FieldSet other) {
    return new FieldSet(minus(fields, other.fields));
  }

  /** The fields but for one and all that is below it. */
  public FieldSet without(String... names) {
    return new FieldSet(without(fields, List.of(names)));
  }

  /** The fields that both have. */
  public FieldSet intersect(FieldSet other) {
    return minus(minus(other));
  }

  /** Takes the fields out of an object's tree, and what is left empty of maps and lists in it. */
  public void removeFrom(Map<String, @Nullable Object> tree) {
    remove(fields, tree);
  }

  private static Map<String, @Nullable Object> union(
      Map<String, @Nullable Object> one, Map<String, @Nullable Object> other, boolean root) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>(one);
    other.forEach(
        (key, node) -> all.merge(key, node, (a, b) -> union(Trees.map(a), Trees.map(b), false)));
    boolean self = !root && (one.isEmpty() || other.isEmpty());
    if (self && !all.isEmpty()) {
      all.put(SELF, Map.of());
    }
    return all;
  }

  private static Map<String, @Nullable Object> minus(
      Map<String, @Nullable Object> one, Map<String, @Nullable Object> other) {
    Map<String, @Nullable Object> left = new LinkedHashMap<>();
    one.forEach(
        (key, node) -> {
          if (key.equals(SELF)) {
            return;
          }
          Object there = other.get(key);
          if (there == null) {
            left.put(key, node);
            return;
          }
          Map<String, @Nullable Object> mine = Trees.map(node);
          Map<String, @Nullable Object> theirs = Trees.map(there);
          Map<String, @Nullable Object> below = minus(mine, theirs);
          boolean alone = mine.isEmpty() && !isMember(theirs);
          if (alone || !below.isEmpty()) {
            left.put(key, below);
          }
        });
    return left;
  }

  private static Map<String, @Nullable Object> without(
      Map<String, @Nullable Object> node, List<String> names) {
    String key = FIELD + names.get(0);
    Map<String, @Nullable Object> left = new LinkedHashMap<>(node);
    Map<String, @Nullable Object> below = Trees.map(left.remove(key));
    if (names.size() > 1 && node.containsKey(key)) {
      Map<String, @Nullable Object> rest = without(below, names.subList(1, names.size()));
      if (!rest.isEmpty() || below.isEmpty()) {
        left.put(key, rest);
      }
    }
    return left;
  }

  private static boolean isMember(Map<String, ?> node) {
    return node.isEmpty() || node.containsKey(SELF);
  }

  private static void remove(Map<String, ?> set, @Nullable Object value) {
    set.forEach(
        (step, node) -> {
          Map<String, @Nullable Object> below = Trees.map(node);
          if (step.startsWith(FIELD) && value instanceof Map<?, ?>) {
            removeField(step.substring(FIELD.length()), below, Trees.map(value));
          } else if (value instanceof List<?>) {
            removeItem(step, below, Trees.list(value));
          }
        });
  }

  private static void removeField(
      String name, Map<String, ?> below, Map<String, @Nullable Object> map) {
    if (below.isEmpty()) {
      map.remove(name);
    } else {
      Object value = map.get(name);
      remove(below, value);
      if (isMember(below) && isHollow(value)) {
        map.remove(name);
      }
    }
  }

  private static boolean isHollow(@Nullable Object value) {
    return (value instanceof Map<?, ?> map && map.isEmpty())
        || (value instanceof List<?> list && list.isEmpty());
  }

  private static void removeItem(String step, Map<String, ?> below, List<@Nullable Object> list) {
    if (step.startsWith(SET_ITEM)) {
      list.remove(Json.parse(step.substring(SET_ITEM.length())));
    } else if (step.startsWith(KEYED_ITEM)) {
      Map<String, ?> keys = Trees.map(Json.parse(step.substring(KEYED_ITEM.length())));
      list.stream()
          .filter(item -> Trees.map(item).entrySet().containsAll(keys.entrySet()))
          .findFirst()
          .ifPresent(
              item -> {
                remove(below, item);
                Set<String> rest = Trees.map(item).keySet();
                if (below.isEmpty() || (isMember(below) && keys.keySet().containsAll(rest))) {
                  list.remove(item);
                }
              });
    }
  }
}
