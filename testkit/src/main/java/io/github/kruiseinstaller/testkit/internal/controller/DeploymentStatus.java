package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.DeploymentConditions.AVAILABLE;
import static io.github.kruiseinstaller.testkit.internal.controller.DeploymentConditions.PROGRESSING;
import static io.github.kruiseinstaller.testkit.internal.controller.DeploymentConditions.REPLICA_FAILURE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a Deployment's status says about its ReplicaSets. */
final class DeploymentStatus {
  private static final String DONE = "NewReplicaSetAvailable";
  private static final String TIMED_OUT = "ProgressDeadlineExceeded";

  private final Rollout rollout;
  private final Ages ages;

  DeploymentStatus(Rollout rollout, Ages ages) {
    this.rollout = rollout;
    this.ages = ages;
  }

  /** Whether the last status that was written says that all is rolled out. */
  static boolean isComplete(JsonNode deployment, JsonNode status) {
    long replicas = DeploymentSpec.replicas(deployment);
    return Nodes.number(0, status, "updatedReplicas") == replicas
        && Nodes.number(0, status, "replicas") == replicas
        && Nodes.number(0, status, "availableReplicas") == replicas
        && Nodes.number(0, status, "observedGeneration")
            >= Nodes.number(0, deployment, "metadata", "generation");
  }

  /** Writes the numbers and whether enough pods are available, nothing about progress. */
  void writeNumbers() {
    ObjectNode changed = rollout.deployment().deepCopy();
    count(changed);
    rollout.writeStatus(changed);
  }

  /**
   * Writes the status.
   *
   * @return how long until the deadline for progress passes, when one runs
   */
  Optional<Duration> write() {
    ObjectNode changed = rollout.deployment().deepCopy();
    ObjectNode status = count(changed);
    if (!DeploymentSpec.hasDeadline(changed)) {
      Conditions.remove(status, PROGRESSING);
    } else if (!isOver(status)) {
      progress(changed, status);
    }
    failures(status);
    rollout.writeStatus(changed);
    String reason = Conditions.reason(status, PROGRESSING);
    return !DeploymentSpec.hasDeadline(changed)
            || reason.equals(DONE)
            || reason.equals(TIMED_OUT)
            || reason.isEmpty()
        ? Optional.empty()
        : Optional.of(deadline(changed).minus(age(changed, status)));
  }

  private static Duration deadline(JsonNode deployment) {
    return Duration.ofSeconds(DeploymentSpec.progressDeadline(deployment));
  }

  private static boolean isOver(ObjectNode status) {
    return Nodes.number(0, status, "replicas") == Nodes.number(0, status, "updatedReplicas")
        && Conditions.reason(status, PROGRESSING).equals(DONE);
  }

  private ObjectNode count(ObjectNode deployment) {
    List<ObjectNode> all = rollout.all();
    long available = DeploymentSpec.sumStatus(all, "availableReplicas");
    ObjectNode status = Nodes.object(deployment, "status");
    status.put("observedGeneration", Nodes.number(0, deployment, "metadata", "generation"));
    Numbers.putUnlessZero(status, "replicas", DeploymentSpec.sumStatus(all, "replicas"));
    Numbers.putUnlessZero(
        status,
        "updatedReplicas",
        rollout.current().map(set -> Nodes.number(0, set, "status", "replicas")).orElse(0L));
    Numbers.putUnlessZero(status, "readyReplicas", DeploymentSpec.sumStatus(all, "readyReplicas"));
    Numbers.putUnlessZero(status, "availableReplicas", available);
    Numbers.putUnlessZero(
        status, "unavailableReplicas", Math.max(0, DeploymentSpec.sum(all) - available));
    boolean enough = available >= rollout.replicas() - DeploymentSpec.maxUnavailable(deployment);
    DeploymentConditions.set(
        status,
        enough
            ? Conditions.of(
                AVAILABLE,
                "True",
                "MinimumReplicasAvailable",
                "Deployment has minimum availability.")
            : Conditions.of(
                AVAILABLE,
                "False",
                "MinimumReplicasUnavailable",
                "Deployment does not have minimum availability."),
        rollout.now());
    return status;
  }

  private void progress(ObjectNode deployment, ObjectNode status) {
    String subject =
        rollout
            .current()
            .map(set -> "ReplicaSet \"" + Nodes.name(set) + "\"")
            .orElse("Deployment \"" + Nodes.name(deployment) + "\"");
    if (isComplete(deployment, status)) {
      DeploymentConditions.set(
          status,
          Conditions.of(PROGRESSING, "True", DONE, subject + " has successfully progressed."),
          rollout.now());
    } else if (hasProgressed(rollout.deployment().path("status"), status)) {
      DeploymentConditions.refresh(
          status,
          Conditions.of(PROGRESSING, "True", "ReplicaSetUpdated", subject + " is progressing."),
          rollout.now());
    } else if (isTimedOut(deployment, status)) {
      DeploymentConditions.set(
          status,
          Conditions.of(PROGRESSING, "False", TIMED_OUT, subject + " has timed out progressing."),
          rollout.now());
    }
  }

  private static boolean hasProgressed(JsonNode before, JsonNode after) {
    return more(before, after, "updatedReplicas")
        || more(before, after, "readyReplicas")
        || more(before, after, "availableReplicas")
        || outdated(after) < outdated(before);
  }

  private static boolean more(JsonNode before, JsonNode after, String field) {
    return Nodes.number(0, after, field) > Nodes.number(0, before, field);
  }

  private static long outdated(JsonNode status) {
    return Nodes.number(0, status, "replicas") - Nodes.number(0, status, "updatedReplicas");
  }

  private boolean isTimedOut(JsonNode deployment, JsonNode status) {
    String reason = Conditions.reason(status, PROGRESSING);
    if (reason.isEmpty() || reason.equals(DONE)) {
      return false;
    }
    return reason.equals(TIMED_OUT) || age(deployment, status).compareTo(deadline(deployment)) >= 0;
  }

  /** How long nothing has moved. */
  private Duration age(JsonNode deployment, JsonNode status) {
    StringBuilder state = new StringBuilder();
    for (String field :
        List.of("updatedReplicas", "replicas", "readyReplicas", "availableReplicas")) {
      state.append(Nodes.number(0, status, field)).append('/');
    }
    Conditions.find(status, PROGRESSING)
        .ifPresent(
            c ->
                state
                    .append(Nodes.textOrEmpty(c, "reason"))
                    .append(Nodes.textOrEmpty(c, "message"))
                    .append(Nodes.textOrEmpty(c, "lastUpdateTime")));
    return ages.of(Nodes.uid(deployment), state.toString());
  }

  private void failures(ObjectNode status) {
    Optional<ObjectNode> failure =
        rollout
            .current()
            .flatMap(set -> Conditions.find(set.path("status"), REPLICA_FAILURE))
            .or(
                () ->
                    rollout.all().stream()
                        .flatMap(
                            set -> Conditions.find(set.path("status"), REPLICA_FAILURE).stream())
                        .findFirst());
    if (failure.isEmpty()) {
      Conditions.remove(status, REPLICA_FAILURE);
      return;
    }
    ObjectNode there = failure.get();
    DeploymentConditions.set(
        status,
        Conditions.of(
            REPLICA_FAILURE,
            Nodes.textOrEmpty(there, "status"),
            Nodes.textOrEmpty(there, "reason"),
            Nodes.textOrEmpty(there, "message")),
        rollout.now());
  }
}
