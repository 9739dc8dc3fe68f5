package io.github.kruiseinstaller.testkit.internal.kruise;

import java.time.Duration;

/**
 * How the simulated OpenKruise behaves, where the real one leaves room. Applies to containers that
 * start from then on.
 *
 * @param startUp from the start of a manager to its first sync, in simulated time
 * @param listening from the end of its initialisation until its TLS server listens
 * @param probesAtOnce whether readiness is looked at as soon as it changes, instead of at the next
 *     probe
 * @param dropsConnectionsWhenStopping whether a manager that stops resets its open connections,
 *     instead of closing them
 * @param daemonCrashes what the daemon says when it ends at once; empty: it runs
 */
public record KruiseBehavior(
    Duration startUp,
    Duration listening,
    boolean probesAtOnce,
    boolean dropsConnectionsWhenStopping,
    String daemonCrashes) {
  /** As measured on a real, small cluster. */
  public static final KruiseBehavior REALISTIC =
      new KruiseBehavior(Duration.ofSeconds(1), Duration.ofMillis(300), false, false, "");

  /** As fast as it can be. */
  public static final KruiseBehavior FAST =
      new KruiseBehavior(Duration.ofMillis(20), Duration.ofMillis(10), true, false, "");

  /** With another time from the start of a manager to its first sync. */
  public KruiseBehavior startUp(Duration value) {
    return new KruiseBehavior(
        value, listening, probesAtOnce, dropsConnectionsWhenStopping, daemonCrashes);
  }

  /** With open connections reset, or closed, when a manager stops. */
  public KruiseBehavior dropConnectionsWhenStopping(boolean value) {
    return new KruiseBehavior(startUp, listening, probesAtOnce, value, daemonCrashes);
  }

  /** With a daemon that ends at once, saying this; empty: it runs. */
  public KruiseBehavior daemonCrashes(String message) {
    return new KruiseBehavior(
        startUp, listening, probesAtOnce, dropsConnectionsWhenStopping, message);
  }
}
