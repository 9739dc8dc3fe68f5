package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which pods have been ready for long enough. Thread-safe. */
final class Availability {
  private final Ages ages;

  Availability(Timers timers) {
    this.ages = new Ages(timers);
  }

  /**
   * How many pods are what.
   *
   * @param ready those that are ready
   * @param available those that have been for minReadySeconds
   * @param nextAvailable when the next of the ready ones becomes available; null when none does
   */
  record Count(long ready, long available, @Nullable Duration nextAvailable) {}

  Count count(List<ObjectNode> pods, long minReadySeconds) {
    long ready = 0;
    long available = 0;
    Duration next = null;
    for (JsonNode pod : pods) {
      Duration missing = missing(pod, minReadySeconds);
      if (missing == null) {
        continue;
      }
      ready++;
      if (missing.isZero()) {
        available++;
      } else if (next == null || missing.compareTo(next) < 0) {
        next = missing;
      }
    }
    return new Count(ready, available, next);
  }

  boolean isAvailable(JsonNode pod, long minReadySeconds) {
    Duration missing = missing(pod, minReadySeconds);
    return missing != null && missing.isZero();
  }

  /** How long until a pod is available; null when it is not ready. */
  private @Nullable Duration missing(JsonNode pod, long minReadySeconds) {
    Duration age = ages.of(Nodes.uid(pod), Pods.readySince(pod));
    if (!Pods.isReady(pod)) {
      return null;
    }
    Duration missing = Duration.ofSeconds(minReadySeconds).minus(age);
    return missing.isNegative() ? Duration.ZERO : missing;
  }

  void forget(JsonNode pod) {
    ages.forget(Nodes.uid(pod));
  }
}
