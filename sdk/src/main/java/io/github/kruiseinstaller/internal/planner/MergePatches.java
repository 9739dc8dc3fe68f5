package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.tree.Trees;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** JSON merge patches, as RFC 7386 has them. */
final class MergePatches {
  private MergePatches() {}

  /** The patch that makes one tree the other; lists are replaced as a whole. */
  static Map<String, @Nullable Object> between(
      Map<String, @Nullable Object> before, Map<String, @Nullable Object> after) {
    Map<String, @Nullable Object> patch = new LinkedHashMap<>();
    before.keySet().stream()
        .filter(key -> !after.containsKey(key))
        .forEach(key -> patch.put(key, null));
    after.forEach(
        (key, wanted) -> {
          Object there = before.get(key);
          if (there instanceof Map<?, ?> && wanted instanceof Map<?, ?>) {
            Map<String, @Nullable Object> inner = between(Trees.map(there), Trees.map(wanted));
            if (!inner.isEmpty()) {
              patch.put(key, inner);
            }
          } else if (!Objects.equals(there, wanted)) {
            patch.put(key, wanted);
          }
        });
    return patch;
  }
}
