package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.internal.retry.Time;
import java.time.Duration;
import java.time.Instant;

/**
 * Time in which nobody waits long for others to settle, because in a simulated cluster they do so
 * in milliseconds. Clocks and deadlines go as always, and so does the keeping of the lock. Shorter
 * pauses stay as they are: between two looks a machine shall have time for something else.
 * Thread-safe.
 */
final class BriskTime implements Time {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final int FASTER = 20;

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Thread.sleep(brisk(duration).toMillis());
  }

  @Override
  public void idle(Duration duration) throws InterruptedException {
    Thread.sleep(duration.toMillis());
  }

  /** How long a pause takes. */
  static Duration brisk(Duration duration) {
    return duration.compareTo(SHORT) <= 0
        ? duration
        : SHORT.plus(duration.minus(SHORT).dividedBy(FASTER));
  }
}
