package io.github.kruiseinstaller.testkit.internal.time;

import java.time.Duration;
import java.time.Instant;

/**
 * The time of controllers, kubelets and managers. It may run faster than the wall's: a duration is
 * always meant in simulated time. What the API server writes into objects is wall time.
 */
public interface Timers {
  /** The wall clock. */
  Instant now();

  /** Does something later, once; a task that throws is logged. Nothing happens after close. */
  Timer after(Duration delay, Runnable task);

  /** Simulated time since the start, in nanoseconds. */
  long nanos();

  /** A task that waits. */
  @FunctionalInterface
  interface Timer {
    /** Does not do it, unless it has begun. */
    void cancel();
  }
}
