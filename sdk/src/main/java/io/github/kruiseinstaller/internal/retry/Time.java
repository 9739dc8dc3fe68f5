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
}
