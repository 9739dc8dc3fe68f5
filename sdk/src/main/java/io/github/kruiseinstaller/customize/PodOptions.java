package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What manager and daemon have in common: fields of a pod. */
final class PodOptions {
  private static final Set<String> NODE_AFFINITY =
      Set.of(
          "requiredDuringSchedulingIgnoredDuringExecution",
          "preferredDuringSchedulingIgnoredDuringExecution");
  private static final Set<String> AFFINITY =
      Set.of("nodeAffinity", "podAffinity", "podAntiAffinity");

  private PodOptions() {}

  static void resources(Workload workload, ResourceSpec resources) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>();
    if (!resources.limits().isEmpty()) {
      tree.put("limits", resources.limits());
    }
    if (!resources.requests().isEmpty()) {
      tree.put("requests", resources.requests());
    }
    workload.container().set("resources", tree);
  }

  static void nodeSelector(Workload workload, Map<String, String> labels) {
    workload.podSpec().set("nodeSelector", labels);
  }

  static Map<String, @Nullable Object> nodeAffinity(String option, Map<String, ?> affinity) {
    return tree(option, affinity, NODE_AFFINITY);
  }

  static Map<String, @Nullable Object> affinity(String option, Map<String, ?> affinity) {
    Map<String, @Nullable Object> tree = tree(option, affinity, AFFINITY);
    tree(option + ".nodeAffinity", Trees.map(tree, "nodeAffinity"), NODE_AFFINITY);
    return tree;
  }

  static Customizer imagePullSecrets(List<String> secrets) {
    if (secrets.isEmpty()) {
      throw OptionInvalid.value(
          "imagePullSecrets", "no Secret is given", "Give the name of at least one Secret.");
    }
    secrets.forEach(secret -> Syntax.objectName("imagePullSecrets", secret));
    List<String> copy = List.copyOf(secrets);
    return new Option(
        "imagePullSecrets" + copy,
        draft -> draft.workloads(workload -> addPullSecrets(workload.podSpec(), copy)));
  }

  static Customizer imagePullPolicy(ImagePullPolicy policy) {
    return new Option(
        "imagePullPolicy(" + policy + ")",
        draft ->
            draft.workloads(
                workload -> workload.container().set("imagePullPolicy", policy.toString())));
  }

  private static void addPullSecrets(Node podSpec, List<String> secrets) {
    List<String> present = new ArrayList<>();
    podSpec.items("imagePullSecrets").forEach(item -> present.add("" + item.get("name")));
    for (String secret : secrets) {
      if (!present.contains(secret)) {
        podSpec.list("imagePullSecrets").add(Map.of("name", secret));
        present.add(secret);
      }
    }
  }

  private static Map<String, @Nullable Object> tree(
      String option, Map<String, ?> given, Set<String> keys) {
    for (String key : given.keySet()) {
      if (!keys.contains(key)) {
        throw OptionInvalid.value(
            option,
            "'" + key + "' is not a field of it",
            "Use the field names of Kubernetes: " + String.join(", ", new TreeSet<>(keys)) + ".");
      }
    }
    try {
      return Trees.frozen(Trees.map(Json.parse(Json.compact(sorted(given)))));
    } catch (IllegalArgumentException e) {
      throw OptionInvalid.value(
          option,
          "the tree holds something that is not JSON",
          "Use maps with text keys, lists, texts, numbers and booleans only.");
    }
  }

  /** Maps in the order of their keys, so that equal values make equal texts. */
  private static @Nullable Object sorted(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> sorted = new TreeMap<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (!(entry.getKey() instanceof String key)) {
          throw new IllegalArgumentException("not a text key");
        }
        sorted.put(key, sorted(entry.getValue()));
      }
      return sorted;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(PodOptions::sorted).collect(Collectors.toCollection(ArrayList::new));
    }
    return value;
  }
}
