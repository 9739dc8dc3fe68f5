package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Spreads a Deployment's size over its ReplicaSets when the size changes. */
final class Scaling {
  private final Rollout rollout;

  Scaling(Rollout rollout) {
    this.rollout = rollout;
  }

  /** Whether the Deployment's size changed since its ReplicaSets got theirs. */
  boolean isDue() {
    return rollout.all().stream()
        .filter(Scaling::isActive)
        .filter(set -> DeploymentSpec.hasAnnotation(set, DeploymentSpec.DESIRED))
        .anyMatch(
            set -> DeploymentSpec.annotation(set, DeploymentSpec.DESIRED) != rollout.replicas());
  }

  static boolean isActive(ObjectNode set) {
    return DeploymentSpec.replicas(set) > 0;
  }

  void run() {
    Optional<ObjectNode> only = activeOrLatest();
    if (only.isPresent()) {
      if (DeploymentSpec.replicas(only.get()) != rollout.replicas()) {
        rollout.scale(only.get(), rollout.replicas());
      }
    } else if (isSaturated()) {
      rollout.old().stream().filter(Scaling::isActive).forEach(set -> rollout.scale(set, 0));
    } else if (DeploymentSpec.isRolling(rollout.deployment())) {
      spread();
    }
  }

  private Optional<ObjectNode> activeOrLatest() {
    List<ObjectNode> active = rollout.all().stream().filter(Scaling::isActive).toList();
    if (active.size() == 1) {
      return Optional.of(active.get(0));
    }
    if (!active.isEmpty()) {
      return Optional.empty();
    }
    List<ObjectNode> old = rollout.old();
    return rollout
        .current()
        .or(() -> old.isEmpty() ? Optional.empty() : Optional.of(old.get(old.size() - 1)));
  }

  private boolean isSaturated() {
    long replicas = rollout.replicas();
    return rollout
        .current()
        .filter(set -> DeploymentSpec.annotation(set, DeploymentSpec.DESIRED) == replicas)
        .filter(set -> DeploymentSpec.replicas(set) == replicas)
        .filter(set -> Nodes.number(0, set, "status", "availableReplicas") == replicas)
        .isPresent();
  }

  /** Every active ReplicaSet gets its share, the largest what rounding leaves. */
  private void spread() {
    long replicas = rollout.replicas();
    long surge = DeploymentSpec.maxSurge(rollout.deployment());
    long allowed = replicas > 0 ? replicas + surge : 0;
    List<ObjectNode> sets = new ArrayList<>(rollout.all());
    sets.removeIf(set -> !isActive(set));
    if (sets.isEmpty()) {
      return;
    }
    long toAdd = allowed - DeploymentSpec.sum(sets);
    // Of the same size: the newer one grows, the older one shrinks first.
    List<ObjectNode> order = new ArrayList<>(sets);
    if (toAdd > 0) {
      Collections.reverse(order);
    }
    order.sort(Comparator.comparingLong(DeploymentSpec::replicas).reversed());
    long added = 0;
    long[] sizes = new long[order.size()];
    for (int i = 0; i < sizes.length; i++) {
      ObjectNode set = order.get(i);
      long share = toAdd == 0 ? 0 : share(set, toAdd - added);
      added += share;
      sizes[i] = DeploymentSpec.replicas(set) + share;
    }
    sizes[0] = Math.max(0, sizes[0] + toAdd - added);
    for (int i = 0; i < sizes.length; i++) {
      rollout.scale(order.get(i), sizes[i]);
    }
  }

  private long share(ObjectNode set, long left) {
    long size = DeploymentSpec.replicas(set);
    long replicas = rollout.replicas();
    if (replicas == 0) {
      return -size;
    }
    long before = DeploymentSpec.annotation(set, DeploymentSpec.MAX);
    if (before == 0) {
      before = Math.max(1, Nodes.number(1, rollout.deployment(), "status", "replicas"));
    }
    long max = replicas + DeploymentSpec.maxSurge(rollout.deployment());
    long fraction = Math.round((double) (size * max) / before) - size;
    return left > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
  }
}
