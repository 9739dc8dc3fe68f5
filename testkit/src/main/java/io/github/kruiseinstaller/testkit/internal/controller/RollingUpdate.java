package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;

/** Moves pods from old ReplicaSets to the current one, within maxSurge and maxUnavailable. */
final class RollingUpdate {
  private final Rollout rollout;

  RollingUpdate(Rollout rollout) {
    this.rollout = rollout;
  }

  /** One step. */
  void step() {
    if (!scaleUp()) {
      scaleDown();
    }
  }

  private boolean scaleUp() {
    ObjectNode current = rollout.current().orElseThrow();
    long size = DeploymentSpec.replicas(current);
    long replicas = rollout.replicas();
    if (size == replicas) {
      return false;
    }
    return size > replicas
        ? rollout.scale(current, replicas)
        : rollout.scale(current, Rollout.allowedSize(rollout.deployment(), rollout.all(), current));
  }

  private void scaleDown() {
    if (DeploymentSpec.sum(rollout.old()) == 0) {
      return;
    }
    long minAvailable = rollout.replicas() - DeploymentSpec.maxUnavailable(rollout.deployment());
    ObjectNode current = rollout.current().orElseThrow();
    long unavailable =
        DeploymentSpec.replicas(current) - Nodes.number(0, current, "status", "availableReplicas");
    long most = DeploymentSpec.sum(rollout.all()) - minAvailable - unavailable;
    if (most > 0) {
      dropUnhealthy(most);
      dropHealthy(minAvailable);
    }
  }

  private void dropUnhealthy(long most) {
    long left = most;
    for (ObjectNode set : rollout.old()) {
      long size = DeploymentSpec.replicas(set);
      long unhealthy = size - Nodes.number(0, set, "status", "availableReplicas");
      long drop = Math.min(left, unhealthy);
      if (drop > 0) {
        rollout.scale(set, size - drop);
        left -= drop;
      }
    }
  }

  private void dropHealthy(long minAvailable) {
    List<ObjectNode> all = rollout.all();
    long left = DeploymentSpec.sumStatus(all, "availableReplicas") - minAvailable;
    for (ObjectNode set : rollout.old()) {
      long size = DeploymentSpec.replicas(set);
      long drop = Math.min(left, size);
      if (drop > 0) {
        rollout.scale(set, size - drop);
        left -= drop;
      }
    }
  }
}
