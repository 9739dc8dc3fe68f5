package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.kind.Quantities;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.math.BigDecimal;
import java.util.List;

/** How much of CPU, memory and the like: what there is, and what pods ask for. */
final class ResourceAmounts {
  private ResourceAmounts() {}

  /** The value; 0 when it is none. */
  static BigDecimal parse(JsonNode quantity) {
    return Quantities.value(quantity.asText()).orElse(BigDecimal.ZERO);
  }

  /** What a pod asks for of a resource: its containers together, or one of its init containers. */
  static BigDecimal requested(JsonNode pod, String resource) {
    BigDecimal together = BigDecimal.ZERO;
    for (JsonNode container : Nodes.list(pod, "spec", "containers")) {
      together = together.add(request(container, resource));
    }
    List<JsonNode> inits = Nodes.list(pod, "spec", "initContainers");
    BigDecimal most = together;
    for (JsonNode init : inits) {
      most = most.max(request(init, resource));
    }
    return most;
  }

  private static BigDecimal request(JsonNode container, String resource) {
    JsonNode request = Nodes.at(container, "resources", "requests", resource);
    return parse(
        request.isMissingNode() ? Nodes.at(container, "resources", "limits", resource) : request);
  }
}
