package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;

/** Conditions that the API server itself sets on pods. */
final class PodConditions {
  private PodConditions() {}

  /**
   * Sets a condition to True.
   *
   * @param reason or empty
   * @param message or empty
   */
  static void setTrue(ObjectNode pod, String type, String reason, String message, Instant now) {
    ObjectNode condition = Json.object().put("type", type).put("status", "True");
    long generation = Nodes.number(0, pod, "metadata", "generation");
    if (generation > 0) {
      condition.put("observedGeneration", generation);
    }
    condition.putNull("lastProbeTime").put("lastTransitionTime", Metadata.text(now));
    if (!reason.isEmpty()) {
      condition.put("reason", reason);
    }
    if (!message.isEmpty()) {
      condition.put("message", message);
    }
    ArrayNode conditions = Nodes.array(Nodes.object(pod, "status"), "conditions");
    for (int i = 0; i < conditions.size(); i++) {
      JsonNode there = conditions.get(i);
      if (there.path("type").asText().equals(type)) {
        if (there.path("status").asText().equals("True")) {
          condition.set("lastTransitionTime", there.path("lastTransitionTime"));
        }
        conditions.set(i, condition);
        return;
      }
    }
    conditions.add(condition);
  }

  static boolean isReady(JsonNode pod) {
    return Nodes.list(pod, "status", "conditions").stream()
        .anyMatch(
            condition ->
                condition.path("type").asText().equals("Ready")
                    && condition.path("status").asText().equals("True"));
  }
}
