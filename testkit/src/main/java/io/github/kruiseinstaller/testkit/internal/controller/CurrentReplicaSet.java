package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DEPLOYMENTS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.REPLICA_SETS;
import static io.github.kruiseinstaller.testkit.internal.controller.DeploymentConditions.PROGRESSING;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Map;
import java.util.Set;

/** Keeps the ReplicaSet that has the Deployment's template: creates it, numbers its revision. */
final class CurrentReplicaSet {
  private static final String HISTORY = "deployment.kubernetes.io/revision-history";
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
  private static final Set<String> OWN =
      Set.of(
          LAST_APPLIED,
          DeploymentSpec.REVISION,
          HISTORY,
          DeploymentSpec.DESIRED,
          DeploymentSpec.MAX,
          "deprecated.deployment.rollback.to");

  private final Rollout rollout;

  CurrentReplicaSet(Rollout rollout) {
    this.rollout = rollout;
  }

  /**
   * Numbers the revision of the ReplicaSet, if there is one.
   *
   * @param create whether to make one where there is none
   * @throws StatusException when it cannot be made; the status says so then
   */
  void sync(boolean create) {
    long revision = rollout.old().stream().mapToLong(DeploymentSpec::revision).max().orElse(0) + 1;
    ObjectNode there = rollout.current().orElse(null);
    if (there != null) {
      keep(there, revision);
    } else if (create) {
      create(revision);
    }
  }

  private void keep(ObjectNode set, long revision) {
    ObjectNode changed = set.deepCopy();
    annotate(changed, revision);
    long minReady = Nodes.number(0, rollout.deployment(), "spec", "minReadySeconds");
    Numbers.putUnlessZero(Nodes.object(changed, "spec"), "minReadySeconds", minReady);
    if (!changed.equals(set)) {
      rollout.wrote(rollout.api().update(REPLICA_SETS, changed));
      return;
    }
    ObjectNode deployment = rollout.deployment().deepCopy();
    setRevision(deployment, DeploymentSpec.revision(set));
    ObjectNode status = Nodes.object(deployment, "status");
    if (DeploymentSpec.hasDeadline(deployment) && Conditions.find(status, PROGRESSING).isEmpty()) {
      progressing(
          status,
          "True",
          "FoundNewReplicaSet",
          "Found new replica set \"" + Nodes.name(set) + "\"");
    }
    rollout.writeStatus(deployment);
  }

  private void create(long revision) {
    ObjectNode deployment = rollout.deployment();
    long collisions = Nodes.number(0, deployment, "status", "collisionCount");
    String hash = PodTemplates.hash(Nodes.at(deployment, "spec", "template"), collisions);
    ObjectNode set = build(hash);
    annotate(set, revision);
    rollout.annotateReplicas(set);
    long size = Rollout.allowedSize(deployment, rollout.all(), null);
    Nodes.object(set, "spec").put("replicas", size);
    ObjectNode created;
    try {
      created = rollout.api().create(REPLICA_SETS, set);
    } catch (StatusException e) {
      refused(Nodes.name(set), e);
      throw e;
    }
    rollout.wrote(created);
    if (size > 0) {
      rollout.scaled("up", Nodes.name(created), 0, size);
    }
    ObjectNode changed = deployment.deepCopy();
    setRevision(changed, revision);
    if (DeploymentSpec.hasDeadline(changed)) {
      progressing(
          Nodes.object(changed, "status"),
          "True",
          "NewReplicaSetCreated",
          "Created new replica set \"" + Nodes.name(created) + "\"");
    }
    rollout.writeStatus(changed);
  }

  private ObjectNode build(String hash) {
    ObjectNode deployment = rollout.deployment();
    ObjectNode template = Nodes.at(deployment, "spec", "template").deepCopy();
    Nodes.object(template, "metadata", "labels").put(PodTemplates.HASH, hash);
    ObjectNode selector = Nodes.at(deployment, "spec", "selector").deepCopy();
    Nodes.object(selector, "matchLabels").put(PodTemplates.HASH, hash);
    ObjectNode set = Json.object();
    set.put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
    ObjectNode metadata = set.putObject("metadata");
    metadata
        .put("name", Nodes.name(deployment) + "-" + hash)
        .put("namespace", Nodes.namespace(deployment));
    metadata.set("labels", Nodes.at(template, "metadata", "labels").deepCopy());
    metadata
        .putArray("ownerReferences")
        .add(Owners.reference(DEPLOYMENTS.in(rollout.api().kinds()), deployment));
    ObjectNode spec = set.putObject("spec");
    Numbers.putUnlessZero(
        spec, "minReadySeconds", Nodes.number(0, deployment, "spec", "minReadySeconds"));
    spec.set("selector", selector);
    spec.set("template", template);
    return set;
  }

  private void refused(String name, StatusException e) {
    ObjectNode changed = rollout.deployment().deepCopy();
    ObjectNode status = Nodes.object(changed, "status");
    if (e.reason().equals("AlreadyExists")) {
      // Somebody else's has the name: the next try takes another hash.
      status.put("collisionCount", Nodes.number(0, status, "collisionCount") + 1);
      rollout.writeStatus(changed);
    } else if (!PodControl.isNamespaceTerminating(e)) {
      String message = "Failed to create new replica set \"" + name + "\": " + e.getMessage();
      progressing(status, "False", "ReplicaSetCreateError", message);
      rollout.writeStatus(changed);
      rollout.warning("ReplicaSetCreateError", message);
    }
  }

  private void progressing(ObjectNode status, String value, String reason, String message) {
    DeploymentConditions.set(
        status, Conditions.of(PROGRESSING, value, reason, message), rollout.now());
  }

  private static void setRevision(ObjectNode deployment, long revision) {
    Nodes.object(deployment, "metadata", "annotations")
        .put(DeploymentSpec.REVISION, Long.toString(revision));
  }

  private void annotate(ObjectNode set, long revision) {
    ObjectNode annotations = Nodes.object(set, "metadata", "annotations");
    Map<String, String> wanted = Nodes.texts(rollout.deployment(), "metadata", "annotations");
    wanted.keySet().removeAll(OWN);
    wanted.forEach(annotations::put);
    long before = DeploymentSpec.revision(set);
    if (before >= revision) {
      return;
    }
    if (DeploymentSpec.hasAnnotation(set, DeploymentSpec.REVISION)) {
      // Rolled back to: the revisions it once had are kept.
      String history = annotations.path(HISTORY).asText();
      annotations.put(HISTORY, history.isEmpty() ? "" + before : history + "," + before);
    }
    annotations.put(DeploymentSpec.REVISION, Long.toString(revision));
  }
}
