package io.github.kruiseinstaller.e2e;

import java.time.Duration;
import java.util.function.Supplier;

/** Waiting for a real cluster. */
final class Await {
  private static final Duration PACE = Duration.ofMillis(200);

  private Await() {}

  /** Something that is so, or not. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws InterruptedException;
  }

  /** Waits until something is so; fails when it is not in time. */
  static void until(String what, Duration limit, Condition condition) throws InterruptedException {
    long giveUp = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > giveUp) {
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
      }
      Thread.sleep(PACE.toMillis());
    }
  }

  /** Requires that something stays so for a while. */
  static void hold(String what, Duration time, Condition condition) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    do {
      if (!condition.holds()) {
        throw new AssertionError("no longer so: " + what);
      }
      Thread.sleep(PACE.toMillis());
    } while (System.nanoTime() < end);
  }

  /**
   * Waits until two readings in a row are the same, and gives it.
   *
   * @param apart the time between two readings
   */
  static <T> T steady(String what, Duration limit, Duration apart, Supplier<T> reading)
      throws InterruptedException {
    long giveUp = System.nanoTime() + limit.toNanos();
    T last = reading.get();
    while (true) {
      Thread.sleep(apart.toMillis());
      T now = reading.get();
      if (now.equals(last)) {
        return now;
      }
      if (System.nanoTime() > giveUp) {
        throw new AssertionError(
            "still changes after " + limit.toSeconds() + " s: " + what + ": " + last + ", " + now);
      }
      last = now;
    }
  }
}
