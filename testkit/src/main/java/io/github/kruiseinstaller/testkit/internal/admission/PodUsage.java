package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a pod takes of a quota. */
final class PodUsage {
  private static final Set<String> NATIVE = Set.of("cpu", "memory", "ephemeral-storage");

  /** Whoever has a quota of these has to say how much of them every container takes. */
  private static final Set<String> TO_BE_SAID =
      Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

  private PodUsage() {}

  /** By the names that quotas use. A pod that has ended takes nothing but its place. */
  static Map<String, Quantity> of(ObjectNode pod) {
    Map<String, Quantity> usage = new TreeMap<>();
    usage.put("count/pods", Quantity.ONE);
    if (!Set.of("Succeeded", "Failed").contains(Nodes.textOrEmpty(pod, "status", "phase"))) {
      JsonNode spec = Nodes.at(pod, "spec");
      usage.putAll(
          named(
              PodResources.withOverhead(spec, "requests"),
              PodResources.withOverhead(spec, "limits")));
      usage.put("pods", Quantity.ONE);
    }
    return usage;
  }

  private static Map<String, Quantity> named(
      Map<String, Quantity> requests, Map<String, Quantity> limits) {
    Map<String, Quantity> named = new TreeMap<>();
    requests.forEach(
        (name, amount) -> {
          if (NATIVE.contains(name) || name.startsWith("hugepages-")) {
            named.put(name, amount);
            named.put("requests." + name, amount);
          } else if (name.contains("/") && !name.contains("kubernetes.io/")) {
            named.put("requests." + name, amount);
          }
        });
    limits.forEach(
        (name, amount) -> {
          if (NATIVE.contains(name)) {
            named.put("limits." + name, amount);
          }
        });
    return named;
  }

  /**
   * What a pod leaves unsaid that a quota needs to know.
   *
   * @param hard the names in the quota
   * @return empty when nothing is missing
   */
  static String unsaid(ObjectNode pod, Set<String> hard) {
    JsonNode spec = Nodes.at(pod, "spec");
    if (PodResources.saidOfWholePod(spec)) {
      return "";
    }
    Map<String, Set<String>> missing = new TreeMap<>();
    for (JsonNode container : containers(spec)) {
      Set<String> said =
          named(
                  PodResources.ofContainer(container, "requests"),
                  PodResources.ofContainer(container, "limits"))
              .keySet();
      for (String name : hard) {
        if (TO_BE_SAID.contains(name) && !said.contains(name)) {
          missing
              .computeIfAbsent(name, any -> new TreeSet<>())
              .add(Nodes.textOrEmpty(container, "name"));
        }
      }
    }
    List<String> parts = new ArrayList<>();
    missing.forEach((name, names) -> parts.add(name + " for: " + String.join(",", names)));
    return parts.isEmpty() ? "" : "must specify " + String.join("; ", parts);
  }

  private static List<JsonNode> containers(JsonNode spec) {
    List<JsonNode> all = new ArrayList<>(Nodes.list(spec, "containers"));
    all.addAll(Nodes.list(spec, "initContainers"));
    return all;
  }
}
