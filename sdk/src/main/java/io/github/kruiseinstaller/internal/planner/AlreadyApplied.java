package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows from a live object alone that applying a manifest again would change nothing, so that the
 * dry run can be saved. The API server keeps which fields a manager has applied
 * (metadata.managedFields): when those are exactly the manifest's fields, and all of them still
 * have the manifest's values, server-side apply has nothing to add, change or remove. Whatever
 * cannot be shown this way, such as a value that the API server has normalised, is left to the dry
 * run.
 */
final class AlreadyApplied {
  private static final String FIELD = "f:";
  private static final String KEYED_ITEM = "k:";
  private static final String SET_ITEM = "v:";
  private static final Set<String> NEVER_OWNED = Set.of("apiVersion", "kind");
  private static final Set<String> IDENTITY = Set.of("name", "namespace");

  private final String fieldManager;

  AlreadyApplied(String fieldManager) {
    this.fieldManager = fieldManager;
  }

  /** Whether it is certain that applying {@code wanted} would change nothing. */
  boolean isCertain(Manifest wanted, Manifest live) {
    for (Map<String, @Nullable Object> entry : live.maps("metadata", "managedFields")) {
      boolean ours =
          fieldManager.equals(entry.get("manager"))
              && "Apply".equals(entry.get("operation"))
              && wanted.apiVersion().equals(entry.get("apiVersion"))
              && !entry.containsKey("subresource");
      if (ours) {
        return root(wanted, Trees.map(entry, "fieldsV1"), live);
      }
    }
    return false;
  }

  private static boolean root(Manifest wanted, Map<String, ?> owned, Manifest live) {
    for (Map.Entry<String, @Nullable Object> field : wanted.tree().entrySet()) {
      String key = field.getKey();
      if (NEVER_OWNED.contains(key)) {
        continue;
      }
      Object ownedField = owned.get(FIELD + key);
      boolean same =
          key.equals("metadata")
              ? metadata(Trees.map(field.getValue()), Trees.map(ownedField), live.map("metadata"))
              : same(field.getValue(), ownedField, live.at(key));
      if (!same) {
        return false;
      }
    }
    return owned.keySet().stream()
        .allMatch(key -> key.equals(FIELD + "metadata") || hasField(wanted.tree(), key));
  }

  /** Name and namespace say which object it is; nobody owns them. */
  private static boolean metadata(
      Map<String, @Nullable Object> wanted, Map<String, ?> owned, Map<String, ?> live) {
    Map<String, @Nullable Object> rest = Trees.mutable(wanted);
    rest.keySet().removeAll(IDENTITY);
    return rest.isEmpty() ? owned.isEmpty() : fields(rest, owned, live);
  }

  private static boolean same(
      @Nullable Object wanted, @Nullable Object owned, @Nullable Object live) {
    if (!(owned instanceof Map<?, ?> node)) {
      return false;
    }
    if (node.isEmpty()) {
      return Objects.equals(wanted, live);
    }
    if (wanted instanceof Map<?, ?> && live instanceof Map<?, ?>) {
      return fields(Trees.map(wanted), Trees.map(owned), Trees.map(live));
    }
    return wanted instanceof List<?>
        && live instanceof List<?>
        && items(Trees.list(wanted), Trees.map(owned), Trees.list(live));
  }

  private static boolean fields(
      Map<String, @Nullable Object> wanted, Map<String, ?> owned, Map<String, ?> live) {
    return wanted.entrySet().stream()
            .allMatch(f -> same(f.getValue(), owned.get(FIELD + f.getKey()), live.get(f.getKey())))
        && owned.keySet().stream().allMatch(key -> key.equals(".") || hasField(wanted, key));
  }

  private static boolean hasField(Map<String, ?> wanted, String ownedKey) {
    return ownedKey.startsWith(FIELD) && wanted.containsKey(ownedKey.substring(FIELD.length()));
  }

  private static boolean items(
      List<@Nullable Object> wanted, Map<String, ?> owned, List<@Nullable Object> live) {
    long ownedItems = owned.keySet().stream().filter(key -> !key.equals(".")).count();
    return ownedItems == wanted.size()
        && owned.entrySet().stream()
            .allMatch(
                entry ->
                    entry.getKey().equals(".")
                        || item(entry.getKey(), entry.getValue(), wanted, live));
  }

  private static boolean item(String key, @Nullable Object owned, List<?> wanted, List<?> live) {
    Object identity = Json.parse(key.substring(2));
    if (key.startsWith(SET_ITEM)) {
      return wanted.contains(identity) && live.contains(identity);
    }
    if (!key.startsWith(KEYED_ITEM)) {
      return false;
    }
    Object wantedItem = find(wanted, Trees.map(identity));
    Object liveItem = find(live, Trees.map(identity));
    return wantedItem != null && liveItem != null && same(wantedItem, owned, liveItem);
  }

  private static @Nullable Object find(List<?> items, Map<String, ?> identity) {
    for (Object item : items) {
      if (Trees.map(item).entrySet().containsAll(identity.entrySet())) {
        return item;
      }
    }
    return null;
  }
}
