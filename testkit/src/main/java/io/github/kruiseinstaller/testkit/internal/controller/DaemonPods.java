package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;

/** The pods of a DaemonSet: bound to a node, not put off by what goes wrong with it. */
final class DaemonPods {
  private DaemonPods() {}

  /** The pod of a node. */
  static ObjectNode build(ObjectNode set, String node, String hash) {
    ObjectNode pod =
        PodTemplates.pod(
            Nodes.at(set, "spec", "template"), Nodes.namespace(set), Nodes.name(set) + "-");
    Nodes.object(pod, "metadata", "labels")
        .put(Revisions.HASH, hash)
        .put("pod-template-generation", Long.toString(generation(set)));
    tolerate(pod);
    bindTo(pod, node);
    return pod;
  }

  static long generation(JsonNode set) {
    return Math.max(1, Nodes.number(1, set, "metadata", "generation"));
  }

  private static void tolerate(ObjectNode pod) {
    ArrayNode tolerations = Nodes.array(Nodes.object(pod, "spec"), "tolerations");
    add(tolerations, "not-ready", "NoExecute");
    add(tolerations, "unreachable", "NoExecute");
    add(tolerations, "disk-pressure", "NoSchedule");
    add(tolerations, "memory-pressure", "NoSchedule");
    add(tolerations, "pid-pressure", "NoSchedule");
    add(tolerations, "unschedulable", "NoSchedule");
    if (pod.path("spec").path("hostNetwork").asBoolean()) {
      add(tolerations, "network-unavailable", "NoSchedule");
    }
  }

  private static void add(ArrayNode tolerations, String key, String effect) {
    ObjectNode toleration = Json.object();
    toleration.put("key", "node.kubernetes.io/" + key).put("operator", "Exists");
    toleration.put("effect", effect);
    for (JsonNode there : tolerations) {
      if (there.equals(toleration)) {
        return;
      }
    }
    tolerations.add(toleration);
  }

  /** Required node affinity to the node by name, beside what the template requires. */
  private static void bindTo(ObjectNode pod, String node) {
    ObjectNode field = Json.object();
    field.put("key", "metadata.name").put("operator", "In").putArray("values").add(node);
    ObjectNode required =
        Nodes.object(
            pod,
            "spec",
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution");
    ArrayNode terms = Nodes.array(required, "nodeSelectorTerms");
    if (terms.isEmpty()) {
      terms.addObject();
    }
    for (JsonNode term : terms) {
      if (term instanceof ObjectNode object) {
        object.putArray("matchFields").add(field.deepCopy());
      }
    }
  }

  /** The node that a pod is on or meant for; empty when it is for any. */
  static String target(JsonNode pod) {
    String node = Pods.node(pod);
    if (!node.isEmpty()) {
      return node;
    }
    List<JsonNode> terms =
        Nodes.list(
            Nodes.at(
                pod,
                "spec",
                "affinity",
                "nodeAffinity",
                "requiredDuringSchedulingIgnoredDuringExecution"),
            "nodeSelectorTerms");
    return terms.stream()
        .flatMap(term -> Nodes.list(term, "matchFields").stream())
        .filter(field -> Nodes.textOrEmpty(field, "key").equals("metadata.name"))
        .flatMap(field -> Nodes.list(field, "values").stream())
        .map(JsonNode::asText)
        .findFirst()
        .orElse("");
  }
}
