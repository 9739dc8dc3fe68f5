package io.github.kruiseinstaller.testkit.internal.workload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Scenarios for pods that a test selects. A change counts from the next look at a pod. */
public final class SelectedPods implements PodScenarios {
  private final List<Unschedulable> unschedulable = new CopyOnWriteArrayList<>();
  private final List<Predicate<ObjectNode>> dropping = new CopyOnWriteArrayList<>();

  private record Unschedulable(Predicate<ObjectNode> pods, String reason) {}

  /**
   * No node takes these pods.
   *
   * @param reason such as {@code 1 Insufficient cpu}
   */
  public void unschedulable(Predicate<ObjectNode> pods, String reason) {
    unschedulable.add(0, new Unschedulable(pods, reason));
  }

  /** The programs of these pods end as soon as the pod is to go, before its Services know. */
  public void dropConnections(Predicate<ObjectNode> pods) {
    dropping.add(pods);
  }

  /** Nothing goes wrong any more. */
  public void clear() {
    unschedulable.clear();
    dropping.clear();
  }

  @Override
  public Optional<String> unschedulable(ObjectNode pod) {
    return unschedulable.stream()
        .filter(rule -> rule.pods().test(pod))
        .map(Unschedulable::reason)
        .findFirst();
  }

  @Override
  public boolean dropsConnections(ObjectNode pod) {
    return dropping.stream().anyMatch(pods -> pods.test(pod));
  }
}
