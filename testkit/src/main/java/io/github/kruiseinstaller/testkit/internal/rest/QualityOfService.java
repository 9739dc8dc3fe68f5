package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A pod's {@code qosClass}, from what its containers request and are limited to. */
final class QualityOfService {
  private static final Set<String> COUNTED = Set.of("cpu", "memory");

  private QualityOfService() {}

  static String of(ObjectNode pod) {
    List<JsonNode> containers = new ArrayList<>(Nodes.list(pod, "spec", "containers"));
    containers.addAll(Nodes.list(pod, "spec", "initContainers"));
    boolean guaranteed = !containers.isEmpty();
    boolean any = false;
    for (JsonNode container : containers) {
      Map<String, String> limits = counted(container.path("resources").path("limits"));
      Map<String, String> requests = counted(container.path("resources").path("requests"));
      any |= !limits.isEmpty() || !requests.isEmpty();
      guaranteed &=
          limits.keySet().equals(COUNTED)
              && requests.entrySet().stream()
                  .allMatch(request -> request.getValue().equals(limits.get(request.getKey())));
    }
    if (!any) {
      return "BestEffort";
    }
    return guaranteed ? "Guaranteed" : "Burstable";
  }

  private static Map<String, String> counted(JsonNode amounts) {
    Map<String, String> counted = new HashMap<>();
    amounts
        .properties()
        .forEach(
            entry -> {
              String amount = entry.getValue().asText();
              if (COUNTED.contains(entry.getKey()) && !amount.equals("0")) {
                counted.put(entry.getKey(), amount);
              }
            });
    return counted;
  }
}
