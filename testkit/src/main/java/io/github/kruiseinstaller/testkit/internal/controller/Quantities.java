package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Kubernetes' quantities: {@code 100m}, {@code 256Mi}. */
final class Quantities {
  private static final Map<String, BigDecimal> UNITS =
      Map.ofEntries(
          Map.entry("", BigDecimal.ONE),
          Map.entry("m", BigDecimal.valueOf(1, 3)),
          Map.entry("k", BigDecimal.TEN.pow(3)),
          Map.entry("M", BigDecimal.TEN.pow(6)),
          Map.entry("G", BigDecimal.TEN.pow(9)),
          Map.entry("T", BigDecimal.TEN.pow(12)),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)));

  private Quantities() {}

  /** The value; 0 when it is none. */
  static BigDecimal parse(JsonNode quantity) {
    String text = quantity.asText();
    int end = text.length();
    while (end > 0 && Character.isLetter(text.charAt(end - 1))) {
      end--;
    }
    BigDecimal unit = UNITS.get(text.substring(end));
    try {
      return unit == null ? BigDecimal.ZERO : new BigDecimal(text.substring(0, end)).multiply(unit);
    } catch (NumberFormatException e) {
      return BigDecimal.ZERO;
    }
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
