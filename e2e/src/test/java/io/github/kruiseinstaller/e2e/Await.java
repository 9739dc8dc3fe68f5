package io.github.kruiseinstaller.e2e;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for a real cluster. */
final class Await {
  private static final Duration PACE = Duration.ofMillis(200);

  private Await() {}

  /** Waits until something is so; fails when it is not in time. */
  static void until(String what, Duration limit, BooleanSupplier condition)
      throws InterruptedException {
    long giveUp = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > giveUp) {
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
      }
      Thread.sleep(PACE.toMillis());
    }
  }

  /** Requires that something stays so for a while. */
  static void hold(String what, Duration time, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    do {
      if (!condition.getAsBoolean()) {
        throw new AssertionError("no longer so: " + what);
      }
      Thread.sleep(PACE.toMillis());
    } while (System.nanoTime() < end);
  }
}
