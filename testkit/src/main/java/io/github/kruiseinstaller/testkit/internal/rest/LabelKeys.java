package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;

/** Turns {@code matchLabelKeys} of a new Pod into selectors for the labels that it has. */
final class LabelKeys {
  private LabelKeys() {}

  /** Fills in the selectors; changes the Pod. */
  static void merge(ObjectNode pod) {
    Map<String, String> labels = Nodes.labels(pod);
    JsonNode spec = pod.path("spec");
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      JsonNode affinity = Nodes.at(spec, "affinity", kind);
      Nodes.list(affinity, "preferredDuringSchedulingIgnoredDuringExecution")
          .forEach(term -> merge(term.path("podAffinityTerm"), labels));
      Nodes.list(affinity, "requiredDuringSchedulingIgnoredDuringExecution")
          .forEach(term -> merge(term, labels));
    }
    Nodes.list(spec, "topologySpreadConstraints").forEach(term -> merge(term, labels));
  }

  private static void merge(JsonNode term, Map<String, String> labels) {
    if (term.get("labelSelector") instanceof ObjectNode selector) {
      merge(selector, Nodes.list(term, "matchLabelKeys"), "In", labels);
      merge(selector, Nodes.list(term, "mismatchLabelKeys"), "NotIn", labels);
    }
  }

  private static void merge(
      ObjectNode selector, List<JsonNode> keys, String operator, Map<String, String> labels) {
    for (JsonNode key : keys) {
      String value = labels.get(key.asText());
      if (value != null) {
        Nodes.array(selector, "matchExpressions")
            .addObject()
            .put("key", key.asText())
            .put("operator", operator)
            .putArray("values")
            .add(value);
      }
    }
  }
}
