package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DEPLOYMENTS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.REPLICA_SETS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A Deployment and its ReplicaSets during one look at them. Used by one thread. */
final class Rollout {
  private static final Events.Source SOURCE = new Events.Source("deployment-controller", "");
  private static final Comparator<JsonNode> OLDEST_FIRST =
      Comparator.comparing(
              (JsonNode set) -> Nodes.textOrEmpty(set, "metadata", "creationTimestamp"))
          .thenComparing(DeploymentSpec::revision)
          .thenComparing(Nodes::name);

  private final Api api;
  private final Context context;
  private final List<ObjectNode> sets;
  private ObjectNode deployment;

  Rollout(Context context, Api api, ObjectNode deployment, List<ObjectNode> sets) {
    this.context = context;
    this.api = api;
    this.deployment = deployment;
    this.sets = new ArrayList<>(sets);
    this.sets.sort(OLDEST_FIRST);
  }

  Api api() {
    return api;
  }

  String now() {
    return context.now();
  }

  /** As last read or written. */
  ObjectNode deployment() {
    return deployment;
  }

  long replicas() {
    return DeploymentSpec.replicas(deployment);
  }

  /** All ReplicaSets, the oldest first. */
  List<ObjectNode> all() {
    return List.copyOf(sets);
  }

  /** The ReplicaSet whose template is the Deployment's. */
  Optional<ObjectNode> current() {
    JsonNode template = Nodes.at(deployment, "spec", "template");
    return sets.stream()
        .filter(set -> PodTemplates.same(Nodes.at(set, "spec", "template"), template))
        .findFirst();
  }

  /** All other ReplicaSets, the oldest first. */
  List<ObjectNode> old() {
    String current = current().map(Nodes::uid).orElse("");
    return sets.stream().filter(set -> !Nodes.uid(set).equals(current)).toList();
  }

  /** A ReplicaSet as it was just written. */
  void wrote(ObjectNode set) {
    sets.removeIf(there -> Nodes.uid(there).equals(Nodes.uid(set)));
    sets.add(set);
    sets.sort(OLDEST_FIRST);
  }

  /** Writes the Deployment's status, and its annotations with it, when they changed. */
  void writeStatus(ObjectNode changed) {
    if (changed.equals(deployment)) {
      return;
    }
    JsonNode annotations = Nodes.at(changed, "metadata", "annotations");
    deployment = api.updateStatus(DEPLOYMENTS, changed);
    if (!annotations.equals(Nodes.at(deployment, "metadata", "annotations"))) {
      ObjectNode again = deployment.deepCopy();
      Nodes.object(again, "metadata").set("annotations", annotations);
      deployment = api.update(DEPLOYMENTS, again);
    }
  }

  /**
   * Scales a ReplicaSet, and writes down for which size of the Deployment.
   *
   * @return whether its size changed
   */
  boolean scale(ObjectNode set, long size) {
    long before = DeploymentSpec.replicas(set);
    ObjectNode changed = set.deepCopy();
    Nodes.object(changed, "spec").put("replicas", size);
    annotateReplicas(changed);
    if (changed.equals(set)) {
      return false;
    }
    wrote(api.update(REPLICA_SETS, changed));
    if (before == size) {
      return false;
    }
    scaled(before < size ? "up" : "down", Nodes.name(set), before, size);
    return true;
  }

  void scaled(String direction, String set, long from, long to) {
    normal(
        "ScalingReplicaSet",
        "Scaled " + direction + " replica set " + set + " from " + from + " to " + to);
  }

  void annotateReplicas(ObjectNode set) {
    ObjectNode annotations = Nodes.object(set, "metadata", "annotations");
    annotations.put(DeploymentSpec.DESIRED, Long.toString(replicas()));
    annotations.put(
        DeploymentSpec.MAX, Long.toString(replicas() + DeploymentSpec.maxSurge(deployment)));
  }

  private void normal(String reason, String message) {
    context
        .events()
        .normal(SOURCE, context.events().about(DEPLOYMENTS, deployment), reason, message);
  }

  void warning(String reason, String message) {
    context
        .events()
        .warning(SOURCE, context.events().about(DEPLOYMENTS, deployment), reason, message);
  }

  /** How large the current ReplicaSet may be now. */
  static long allowedSize(JsonNode deployment, List<ObjectNode> all, @Nullable JsonNode current) {
    long replicas = DeploymentSpec.replicas(deployment);
    if (!DeploymentSpec.isRolling(deployment)) {
      return replicas;
    }
    long size = current == null ? 0 : DeploymentSpec.replicas(current);
    long room = replicas + DeploymentSpec.maxSurge(deployment) - DeploymentSpec.sum(all);
    return room <= 0 ? size : size + Math.min(room, replicas - size);
  }
}
