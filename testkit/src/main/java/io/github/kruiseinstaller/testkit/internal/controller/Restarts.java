package io.github.kruiseinstaller.testkit.internal.controller;

import java.time.Duration;
import java.util.Optional;

/** Whether and when a container that ended is started again. Used by one thread. */
final class Restarts {
  private static final Duration FORGIVEN = Duration.ofMinutes(10);

  private final String policy;
  private final boolean init;
  private final boolean sidecar;
  private int count;
  private int crashes;

  /**
   * None yet.
   *
   * @param policy the pod's restartPolicy
   * @param init whether it is an init container
   * @param sidecar whether it is one that runs on beside the others
   */
  Restarts(String policy, boolean init, boolean sidecar) {
    this.policy = policy;
    this.init = init;
    this.sidecar = sidecar;
  }

  /** How often it was started again, or will be when it has waited. */
  int count() {
    return count;
  }

  /** It is started again for another reason. */
  void countOne() {
    count++;
  }

  /**
   * It ended. The first time it is started again at once; a long run makes up for earlier ends.
   *
   * @return how long to wait; empty when it is not started again
   */
  Optional<Duration> after(int exitCode, Duration ran) {
    if (!again(exitCode)) {
      return Optional.empty();
    }
    if (ran.compareTo(FORGIVEN) >= 0) {
      crashes = 0;
    }
    count++;
    crashes++;
    return Optional.of(crashes == 1 ? Duration.ZERO : BackOff.after(crashes - 2));
  }

  private boolean again(int exitCode) {
    if (sidecar) {
      return true;
    }
    return switch (policy) {
      case "Never" -> false;
      case "OnFailure" -> exitCode != 0;
      default -> !init || exitCode != 0;
    };
  }

  /** Whether it is meant to end by itself. */
  boolean isToEnd() {
    return init ? !sidecar : !policy.equals("Always");
  }
}
