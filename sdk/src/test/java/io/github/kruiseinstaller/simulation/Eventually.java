package io.github.kruiseinstaller.simulation;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what controllers make of a cluster by themselves. */
final class Eventually {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private Eventually() {}

  /**
   * Waits until something is so.
   *
   * @param what it is, for the failure
   */
  static void until(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new AssertionError("still not: " + what);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
