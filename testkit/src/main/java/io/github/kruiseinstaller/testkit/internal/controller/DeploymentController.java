package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DEPLOYMENTS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.REPLICA_SETS;
import static io.github.kruiseinstaller.testkit.internal.controller.DeploymentConditions.PROGRESSING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rolls Deployments out by way of ReplicaSets. */
final class DeploymentController {
  private static final int WORKERS = 3;

  private final Context context;
  private final Api api;
  private final Ages ages;
  private final WorkQueue<Key> queue;

  DeploymentController(Context context) {
    this.context = context;
    this.api = context.api().controller("deployment-controller");
    this.ages = new Ages(context.timers());
    this.queue = context.queue("deployment", WORKERS, this::sync);
    context.informers().on(DEPLOYMENTS, this::changed);
    context.informers().on(REPLICA_SETS, this::setChanged);
    context.informers().on(PODS, this::podChanged);
  }

  private void changed(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    Context.both(before, after).forEach(deployment -> queue.add(Key.of(deployment)));
    if (after == null && before != null) {
      ages.forget(Nodes.uid(before));
    }
  }

  private void setChanged(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    Context.both(before, after)
        .forEach(set -> Owners.controllerKey(DEPLOYMENTS, set).ifPresent(queue::add));
    if (after != null && Owners.controller(after).isEmpty() && !Owners.isDeleting(after)) {
      for (ObjectNode deployment : context.informers().seen(DEPLOYMENTS, Nodes.namespace(after))) {
        if (Selectors.matches(Nodes.at(deployment, "spec", "selector"), Nodes.labels(after))) {
          queue.add(Key.of(deployment));
        }
      }
    }
  }

  /** Recreate waits for the last old pod to be gone. */
  private void podChanged(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    if (after == null && before != null) {
      Owners.controllerKey(REPLICA_SETS, before)
          .flatMap(set -> api.find(REPLICA_SETS, set))
          .flatMap(set -> Owners.controllerKey(DEPLOYMENTS, set))
          .ifPresent(queue::add);
    }
  }

  private void sync(Key key) {
    ObjectNode deployment = api.find(DEPLOYMENTS, key).orElse(null);
    if (deployment == null) {
      return;
    }
    List<ObjectNode> sets =
        new Owners.Claim(
                DEPLOYMENTS, deployment, REPLICA_SETS, Nodes.at(deployment, "spec", "selector"))
            .among(api, api.list(REPLICA_SETS, key.namespace()));
    Rollout rollout = new Rollout(context, api, deployment, sets);
    DeploymentStatus status = new DeploymentStatus(rollout, ages);
    if (Owners.isDeleting(deployment)) {
      status.writeNumbers();
      return;
    }
    notePause(rollout);
    if (DeploymentSpec.isPaused(deployment) || new Scaling(rollout).isDue()) {
      new CurrentReplicaSet(rollout).sync(false);
      new Scaling(rollout).run();
      status.writeNumbers();
      if (DeploymentSpec.isPaused(deployment)) {
        dropHistory(rollout);
      }
      return;
    }
    roll(rollout);
    if (DeploymentStatus.isComplete(rollout.deployment(), rollout.deployment().path("status"))) {
      dropHistory(rollout);
    }
    status.write().ifPresent(wait -> queue.addAfter(key, wait));
  }

  private void roll(Rollout rollout) {
    if (DeploymentSpec.isRolling(rollout.deployment())) {
      new CurrentReplicaSet(rollout).sync(true);
      new RollingUpdate(rollout).step();
    } else {
      recreate(rollout);
    }
  }

  private void recreate(Rollout rollout) {
    CurrentReplicaSet current = new CurrentReplicaSet(rollout);
    current.sync(false);
    boolean scaledDown = false;
    for (ObjectNode set : rollout.old()) {
      scaledDown |= Scaling.isActive(set) && rollout.scale(set, 0);
    }
    if (scaledDown || hasOldPods(rollout)) {
      return;
    }
    if (rollout.current().isEmpty()) {
      current.sync(true);
    }
    rollout.current().ifPresent(set -> rollout.scale(set, rollout.replicas()));
  }

  private boolean hasOldPods(Rollout rollout) {
    List<ObjectNode> pods =
        api.list(PODS, Nodes.namespace(rollout.deployment())).stream()
            .filter(pod -> !Pods.ended(pod))
            .toList();
    return rollout.old().stream()
        .anyMatch(set -> pods.stream().anyMatch(pod -> Owners.controls(set, pod)));
  }

  private static void notePause(Rollout rollout) {
    JsonNode deployment = rollout.deployment();
    String reason = Conditions.reason(deployment.path("status"), PROGRESSING);
    boolean paused = DeploymentSpec.isPaused(deployment);
    boolean noted = reason.equals("DeploymentPaused");
    if (!DeploymentSpec.hasDeadline(deployment)
        || reason.equals("ProgressDeadlineExceeded")
        || paused == noted) {
      return;
    }
    ObjectNode changed = rollout.deployment().deepCopy();
    DeploymentConditions.set(
        Nodes.object(changed, "status"),
        paused
            ? Conditions.of(PROGRESSING, "Unknown", "DeploymentPaused", "Deployment is paused")
            : Conditions.of(PROGRESSING, "Unknown", "DeploymentResumed", "Deployment is resumed"),
        rollout.now());
    rollout.writeStatus(changed);
  }

  private void dropHistory(Rollout rollout) {
    long limit = Nodes.number(10, rollout.deployment(), "spec", "revisionHistoryLimit");
    List<ObjectNode> old =
        rollout.old().stream()
            .filter(set -> !Owners.isDeleting(set))
            .sorted(Comparator.comparingLong(DeploymentSpec::revision))
            .toList();
    old.stream()
        .limit(Math.max(0, old.size() - limit))
        .filter(DeploymentController::isIdle)
        .forEach(set -> api.delete(REPLICA_SETS, set));
  }

  private static boolean isIdle(JsonNode set) {
    return DeploymentSpec.replicas(set) == 0
        && Nodes.number(0, set, "status", "replicas") == 0
        && Nodes.number(0, set, "status", "observedGeneration")
            >= Nodes.number(0, set, "metadata", "generation");
  }
}
