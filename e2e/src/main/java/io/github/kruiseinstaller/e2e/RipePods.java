package io.github.kruiseinstaller.e2e;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Pods that wait to be old enough to be evicted, oldest first. Not thread-safe.
 *
 * <p>A healthy OpenKruise manager denies the eviction of a Pod that its cache has not seen yet
 * ({@code admission webhook "vpodeviction.kb.io" denied the request: Pod "p1" not found}), which
 * takes some milliseconds after the Pod's creation. That is how OpenKruise works, whoever installed
 * it, and says nothing about an installation; nobody evicts Pods that young.
 */
final class RipePods {
  private final long ageNanos;
  private final Deque<Pod> waiting = new ArrayDeque<>();

  private record Pod(String name, long bornNanos) {}

  RipePods(Duration age) {
    this.ageNanos = age.toNanos();
  }

  /** A Pod that was created at this instant. */
  void add(String name, long nowNanos) {
    waiting.add(new Pod(name, nowNanos));
  }

  /** Takes out the oldest Pod, if it is old enough. */
  Optional<String> poll(long nowNanos) {
    Pod oldest = waiting.peek();
    if (oldest == null || nowNanos - oldest.bornNanos() < ageNanos) {
      return Optional.empty();
    }
    waiting.remove();
    return Optional.of(oldest.name());
  }
}
