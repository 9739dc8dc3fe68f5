package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.FieldDiff;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields in which two states of one object differ, but for those that the API server keeps. */
final class FieldDiffs {
  /** Kept by the API server or by controllers, never by a release. */
  private static final Set<String> SERVER_METADATA =
      Set.of(
          "managedFields",
          "resourceVersion",
          "generation",
          "creationTimestamp",
          "uid",
          "selfLink",
          "deletionTimestamp",
          "deletionGracePeriodSeconds");

  private static final Set<String> SECRET_VALUES = Set.of("data", "stringData");

  /** Where kubectl apply keeps a copy of the whole object: long, and of no news to anybody. */
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private static final String HIDDEN = "***";
  private static final String MASK = Json.compact(HIDDEN);

  private final List<FieldDiff> found = new ArrayList<>();
  private final boolean secret;

  private FieldDiffs(boolean secret) {
    this.secret = secret;
  }

  /** What would change if {@code live} became {@code wanted}. */
  static List<FieldDiff> between(Manifest live, Manifest wanted) {
    FieldDiffs diffs = new FieldDiffs(wanted.isKind("Secret"));
    diffs.maps("", live.tree(), wanted.tree());
    return List.copyOf(diffs.found);
  }

  private void maps(String path, Map<?, ?> live, Map<?, ?> wanted) {
    Set<Object> keys = new LinkedHashSet<>(wanted.keySet());
    keys.addAll(live.keySet());
    for (Object key : keys) {
      if (!ignored(path, (String) key)) {
        values(join(path, (String) key), live.get(key), wanted.get(key));
      }
    }
  }

  private void values(String path, @Nullable Object live, @Nullable Object wanted) {
    if (Objects.equals(live, wanted)) {
      return;
    }
    if (live instanceof Map<?, ?> liveMap && wanted instanceof Map<?, ?> wantedMap) {
      maps(path, liveMap, wantedMap);
    } else if (live instanceof List<?> liveList && wanted instanceof List<?> wantedList) {
      lists(path, liveList, wantedList);
    } else {
      found.add(new FieldDiff(path, shown(path, live), shown(path, wanted)));
    }
  }

  private void lists(String path, List<?> live, List<?> wanted) {
    for (int i = 0; i < Math.max(live.size(), wanted.size()); i++) {
      values(
          path + "[" + i + "]",
          i < live.size() ? live.get(i) : null,
          i < wanted.size() ? wanted.get(i) : null);
    }
  }

  private @Nullable String shown(String path, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    String top = path.indexOf('.') < 0 ? path : path.substring(0, path.indexOf('.'));
    boolean masked = path.contains(LAST_APPLIED) || (secret && SECRET_VALUES.contains(top));
    return masked ? MASK : Json.compact(withoutCopies(value));
  }

  private static @Nullable Object withoutCopies(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return value;
    }
    Map<Object, @Nullable Object> masked = new LinkedHashMap<>(map);
    masked.replaceAll((key, inner) -> LAST_APPLIED.equals(key) ? HIDDEN : withoutCopies(inner));
    return masked;
  }

  private static boolean ignored(String path, String key) {
    return path.isEmpty()
        ? key.equals("status")
        : path.equals("metadata") && SERVER_METADATA.contains(key);
  }

  private static String join(String path, String key) {
    String step = key.matches("[A-Za-z0-9_-]+") ? key : "[\"" + key + "\"]";
    if (path.isEmpty()) {
      return step;
    }
    return step.startsWith("[") ? path + step : path + "." + step;
  }
}
