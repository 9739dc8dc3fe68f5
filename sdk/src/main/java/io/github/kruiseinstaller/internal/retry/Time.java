package io.github.kruiseinstaller.internal.retry;

import java.time.Duration;
import java.time.Instant;

/** Time as the run sees it; tests put virtual time in its place. */
public interface Time {
  /** The wall clock, for people only. */
  Instant now();

  /** A steady clock for durations and deadlines. */
  long nanos();

  /**
   * Waits.
   *
   * @throws InterruptedException when the thread is interrupted, at once
   */
  void sleep(Duration duration) throws InterruptedException;

  /**
   * Waits on a thread that goes along with a run and does something now and then. The same as
   * {@link #sleep} for a machine; virtual time does not pass by it.
   *
   * @throws InterruptedException when the thread is interrupted, at once
   */
  default void idle(Duration duration) throws InterruptedException {
    sleep(duration);
  }
}
