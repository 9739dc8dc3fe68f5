package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the containers of a pod ask for, or are limited to, together. */
final class PodResources {
  private static final Set<String> OF_WHOLE_PODS = Set.of("cpu", "memory");

  private PodResources() {}

  /** One container's {@code requests} or {@code limits}. */
  static Map<String, Quantity> ofContainer(JsonNode container, String kind) {
    return read(Nodes.at(container, "resources", kind));
  }

  /**
   * The sum over the containers that run at the same time, or what an init container takes while it
   * runs beside the sidecars before it, if that is more. What the pod says as a whole goes before.
   */
  static Map<String, Quantity> of(JsonNode spec, String kind) {
    Map<String, Quantity> together = new TreeMap<>();
    for (JsonNode container : Nodes.list(spec, "containers")) {
      add(together, ofContainer(container, kind));
    }
    Map<String, Quantity> sidecars = new TreeMap<>();
    Map<String, Quantity> starting = new TreeMap<>();
    for (JsonNode init : Nodes.list(spec, "initContainers")) {
      Map<String, Quantity> own = ofContainer(init, kind);
      if (Nodes.textOrEmpty(init, "restartPolicy").equals("Always")) {
        add(together, own);
        add(sidecars, own);
        own = sidecars;
      } else {
        add(own, sidecars);
      }
      raise(starting, own);
    }
    raise(together, starting);
    ofContainer(spec, kind)
        .forEach(
            (name, amount) -> {
              if (isOfWholePods(name)) {
                together.put(name, amount);
              }
            });
    return together;
  }

  /** As {@link #of}, with what running the pod takes besides, which is added to no absent limit. */
  static Map<String, Quantity> withOverhead(JsonNode spec, String kind) {
    Map<String, Quantity> sum = of(spec, kind);
    Map<String, Quantity> overhead = read(Nodes.at(spec, "overhead"));
    if (kind.equals("limits")) {
      overhead.keySet().removeIf(name -> sum.getOrDefault(name, Quantity.ZERO).isZero());
    }
    add(sum, overhead);
    return sum;
  }

  /** Whether a pod says as a whole what it takes, so that its containers need not. */
  static boolean saidOfWholePod(JsonNode spec) {
    return ofContainer(spec, "requests").keySet().stream().anyMatch(PodResources::isOfWholePods)
        || ofContainer(spec, "limits").keySet().stream().anyMatch(PodResources::isOfWholePods);
  }

  private static boolean isOfWholePods(String name) {
    return OF_WHOLE_PODS.contains(name) || name.startsWith("hugepages-");
  }

  private static Map<String, Quantity> read(JsonNode amounts) {
    Map<String, Quantity> read = new TreeMap<>();
    amounts
        .properties()
        .forEach(amount -> read.put(amount.getKey(), Quantity.of(amount.getValue())));
    return read;
  }

  private static void add(Map<String, Quantity> to, Map<String, Quantity> more) {
    more.forEach((name, amount) -> to.merge(name, amount, Quantity::plus));
  }

  private static void raise(Map<String, Quantity> to, Map<String, Quantity> atLeast) {
    atLeast.forEach((name, amount) -> to.merge(name, amount, (a, b) -> b.compareTo(a) > 0 ? b : a));
  }
}
