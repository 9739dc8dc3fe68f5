package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The differences of two lists of objects as lines, sorted: {@code ~} changed, {@code +} added,
 * {@code -} removed. Items of a list that all have names are told apart by name.
 */
final class Changes {
  private final List<String> lines = new ArrayList<>();

  private Changes() {}

  static List<String> between(List<Manifest> before, List<Manifest> after) {
    Changes changes = new Changes();
    Map<ObjectRef, Manifest> old = byRef(before);
    Map<ObjectRef, Manifest> young = byRef(after);
    TreeSet<ObjectRef> refs = new TreeSet<>(old.keySet());
    refs.addAll(young.keySet());
    for (ObjectRef ref : refs) {
      String name = ref.kind() + " " + ref.name();
      if (!young.containsKey(ref)) {
        changes.lines.add("- " + name);
      } else if (!old.containsKey(ref)) {
        changes.lines.add("+ " + name);
      } else if (!old.get(ref).equals(young.get(ref))) {
        changes.compare(name + " ", old.get(ref).tree(), young.get(ref).tree());
      }
    }
    Collections.sort(changes.lines);
    return changes.lines;
  }

  private static Map<ObjectRef, Manifest> byRef(List<Manifest> manifests) {
    Map<ObjectRef, Manifest> byRef = new TreeMap<>();
    for (Manifest manifest : manifests) {
      if (byRef.put(manifest.ref(), manifest) != null) {
        throw new AssertionError("twice in one release: " + manifest.ref());
      }
    }
    return byRef;
  }

  private void compare(String path, @Nullable Object before, @Nullable Object after) {
    if (before instanceof Map && after instanceof Map) {
      compareMaps(path, Trees.map(before), Trees.map(after), ".");
    } else if (before instanceof List && after instanceof List) {
      compareMaps(path, items(Trees.list(before)), items(Trees.list(after)), "");
    } else if (!String.valueOf(Json.compact(before)).equals(Json.compact(after))) {
      lines.add("~ " + path + ": " + Json.compact(before) + " -> " + Json.compact(after));
    }
  }

  private void compareMaps(String path, Map<String, ?> before, Map<String, ?> after, String dot) {
    TreeSet<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (String key : keys) {
      String here = path.endsWith(" ") ? path + key : path + dot + key;
      if (!after.containsKey(key)) {
        lines.add("- " + here);
      } else if (!before.containsKey(key)) {
        lines.add("+ " + here + ": " + Json.compact(after.get(key)));
      } else {
        compare(here, before.get(key), after.get(key));
      }
    }
  }

  private static Map<String, @Nullable Object> items(List<@Nullable Object> list) {
    boolean named =
        !list.isEmpty() && list.stream().allMatch(item -> Trees.text(item, "name") != null);
    boolean unique =
        named
            && list.stream().map(item -> Trees.text(item, "name")).distinct().count()
                == list.size();
    Map<String, @Nullable Object> items = new LinkedHashMap<>();
    for (int i = 0; i < list.size(); i++) {
      items.put("[" + (unique ? Trees.text(list.get(i), "name") : i) + "]", list.get(i));
    }
    return items;
  }

  /** The lines with short names for manager and daemon, and equal changes of webhooks counted. */
  static List<String> brief(List<String> lines) {
    Map<String, Integer> counts = new TreeMap<>();
    for (String line : lines) {
      counts.merge(shortened(line), 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .map(line -> line.getValue() == 1 ? line.getKey() : line.getKey() + " x" + line.getValue())
        .toList();
  }

  private static String shortened(String line) {
    return line.replace("Deployment kruise-controller-manager ", "manager ")
        .replace("DaemonSet kruise-daemon ", "daemon ")
        .replace("manager spec.template.spec.containers[manager].", "manager container ")
        .replace("daemon spec.template.spec.containers[daemon].", "daemon container ")
        .replace(" spec.template.spec.", " pod ")
        .replaceFirst(" kruise-(mutating|validating)-webhook-configuration", "")
        .replaceFirst("webhooks\\[\\w+\\.kb\\.io]\\.timeoutSeconds", "webhooks[*].timeoutSeconds");
  }
}
