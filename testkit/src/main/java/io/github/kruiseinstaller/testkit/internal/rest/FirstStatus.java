package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;

/**
 * The status that the API server gives a new object, whatever its creator sent: what its Go type
 * prints when nothing is set, and for some kinds a phase.
 */
final class FirstStatus {
  private FirstStatus() {}

  static void set(Resource resource, ObjectNode object) {
    if (KindFacts.keepsStatusOfCreator(resource)) {
      return;
    }
    if (resource.custom()) {
      object.remove("status");
      return;
    }
    object.set("status", of(resource, object));
  }

  private static ObjectNode of(Resource resource, ObjectNode object) {
    ObjectNode status = Json.object();
    switch (resource.groupResource()) {
      case "pods" -> status.put("phase", "Pending").put("qosClass", QualityOfService.of(object));
      case "namespaces" -> status.put("phase", "Active");
      case "persistentvolumes", "persistentvolumeclaims" -> status.put("phase", "Pending");
      case "replicationcontrollers", "replicasets.apps" -> status.put("replicas", 0L);
      case "statefulsets.apps" -> status.put("availableReplicas", 0L).put("replicas", 0L);
      case "daemonsets.apps" ->
          zeros(
              status,
              "currentNumberScheduled",
              "desiredNumberScheduled",
              "numberMisscheduled",
              "numberReady");
      case "poddisruptionbudgets.policy" ->
          zeros(status, "currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods");
      case "services", "ingresses.networking.k8s.io" -> status.putObject("loadBalancer");
      case "customresourcedefinitions.apiextensions.k8s.io" -> definition(status, object);
      default -> {
        // An empty struct.
      }
    }
    return status;
  }

  private static void definition(ObjectNode status, ObjectNode definition) {
    status.putObject("acceptedNames").put("kind", "").put("plural", "");
    status.putNull("conditions");
    status.putArray("storedVersions");
    remember(status, definition);
  }

  /** What is stored from now on has been stored: it stays named until somebody migrates. */
  static void remember(ObjectNode status, JsonNode definition) {
    for (JsonNode version : Nodes.list(definition, "spec", "versions")) {
      if (version.path("storage").asBoolean()) {
        String name = version.path("name").asText();
        ArrayNode stored = Nodes.array(status, "storedVersions");
        if (!List.copyOf(texts(stored)).contains(name)) {
          stored.add(name);
        }
        return;
      }
    }
  }

  private static List<String> texts(ArrayNode list) {
    return list.valueStream().map(JsonNode::asText).toList();
  }

  private static void zeros(ObjectNode status, String... names) {
    for (String name : names) {
      status.put(name, 0L);
    }
  }
}
