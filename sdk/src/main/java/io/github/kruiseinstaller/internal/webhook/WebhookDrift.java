package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.FieldDiff;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares entries of webhook configurations by name, with Kubernetes' defaults filled in. */
final class WebhookDrift {
  private static final Comparator<@Nullable Object> BY_TEXT = Comparator.comparing(Json::compact);

  private WebhookDrift() {}

  /**
   * Adds how the live entries differ from the release's.
   *
   * @param intended the entries that the manager will see to
   */
  static void collect(
      Manifest release,
      Manifest live,
      List<Map<String, @Nullable Object>> intended,
      List<FieldDiff> found) {
    boolean mutating = release.isKind(Webhooks.MUTATING);
    Map<String, Map<String, @Nullable Object>> wanted = byName(Webhooks.entries(release), mutating);
    Map<String, Map<String, @Nullable Object>> now = byName(Webhooks.entries(live), mutating);
    Map<String, Map<String, @Nullable Object>> meant = byName(intended, mutating);
    if (now.isEmpty() && !wanted.isEmpty()) {
      found.add(new FieldDiff("webhooks", "[]", Json.compact(new ArrayList<>(wanted.keySet()))));
      return;
    }
    Set<String> names = new LinkedHashSet<>(wanted.keySet());
    names.addAll(now.keySet());
    names.addAll(meant.keySet());
    for (String name : names) {
      String path = "webhooks[" + name + "]";
      Map<String, @Nullable Object> entry = wanted.get(name);
      int before = found.size();
      diff(path, meant.get(name), entry, found);
      // Absent from webhooks but meant: the manager took it out, because nothing serves its path.
      if (found.size() == before && now.containsKey(name)) {
        diff(path, now.get(name), entry, found);
      }
    }
  }

  private static Map<String, Map<String, @Nullable Object>> byName(
      List<Map<String, @Nullable Object>> entries, boolean mutating) {
    Map<String, Map<String, @Nullable Object>> all = new LinkedHashMap<>();
    entries.forEach(entry -> all.put(Webhooks.name(entry), normal(entry, mutating)));
    return all;
  }

  /** An entry with defaults filled in, without what the manager owns, sets in a fixed order. */
  private static Map<String, @Nullable Object> normal(
      Map<String, @Nullable Object> entry, boolean mutating) {
    Map<String, @Nullable Object> normal = Trees.mutable(entry);
    normal.remove("name");
    Map<String, @Nullable Object> client = new LinkedHashMap<>();
    client.put("path", Webhooks.path(entry));
    // With a host of its own the manager puts a URL in place of the Service; its port is not ours.
    client.put(
        "port",
        Trees.text(entry, "clientConfig", "url") == null
            ? Trees.number(443, entry, "clientConfig", "service", "port")
            : 443L);
    normal.put("clientConfig", client);
    normal.putIfAbsent("failurePolicy", "Fail");
    normal.putIfAbsent("matchPolicy", "Equivalent");
    normal.putIfAbsent("timeoutSeconds", 10L);
    if (mutating) {
      normal.putIfAbsent("reinvocationPolicy", "Never");
    }
    normal.put("namespaceSelector", selector(entry.get("namespaceSelector")));
    normal.put("objectSelector", selector(entry.get("objectSelector")));
    normal.put("rules", rules(entry));
    normal.values().removeIf(WebhookDrift::isVoid);
    return normal;
  }

  private static Object selector(@Nullable Object selector) {
    List<@Nullable Object> all = new ArrayList<>();
    for (Selectors.Requirement one : Selectors.requirements(selector)) {
      Map<String, @Nullable Object> requirement = new LinkedHashMap<>();
      requirement.put("key", one.key());
      requirement.put("operator", one.operator());
      requirement.put("values", one.values().stream().sorted().toList());
      all.add(requirement);
    }
    all.sort(BY_TEXT);
    return all;
  }

  private static List<@Nullable Object> rules(Map<String, @Nullable Object> entry) {
    List<@Nullable Object> rules = new ArrayList<>();
    for (Map<String, @Nullable Object> rule : Trees.maps(entry, "rules")) {
      Map<String, @Nullable Object> normal = new LinkedHashMap<>();
      for (String field : List.of("apiGroups", "apiVersions", "operations", "resources")) {
        normal.put(field, Webhooks.texts(rule, field).stream().sorted().toList());
      }
      normal.put("scope", Objects.requireNonNullElse(Trees.text(rule, "scope"), "*"));
      rules.add(normal);
    }
    rules.sort(BY_TEXT);
    return rules;
  }

  private static void diff(
      String path, @Nullable Object live, @Nullable Object wanted, List<FieldDiff> found) {
    if (Objects.equals(live, wanted)) {
      return;
    }
    if (live instanceof Map<?, ?> && wanted instanceof Map<?, ?>) {
      Map<String, @Nullable Object> before = Trees.map(live);
      Map<String, @Nullable Object> after = Trees.map(wanted);
      Set<String> keys = new LinkedHashSet<>(after.keySet());
      keys.addAll(before.keySet());
      keys.forEach(key -> diff(path + "." + key, before.get(key), after.get(key), found));
      return;
    }
    found.add(
        new FieldDiff(
            path,
            live == null ? null : Json.compact(live),
            wanted == null ? null : Json.compact(wanted)));
  }

  private static boolean isVoid(@Nullable Object value) {
    return value == null || (value instanceof List<?> list && list.isEmpty());
  }
}
