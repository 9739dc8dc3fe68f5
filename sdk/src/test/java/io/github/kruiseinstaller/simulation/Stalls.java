package io.github.kruiseinstaller.simulation;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** How long this process has stood still, as seen by a thread that wants to wake up regularly. */
final class Stalls implements AutoCloseable {
  private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final AtomicLong stalled = new AtomicLong();
  private final Thread thread = new Thread(this::watch, "stalls");
  private volatile boolean over;

  Stalls() {
    thread.setDaemon(true);
    thread.start();
  }

  /** In all so far. */
  Duration total() {
    return Duration.ofNanos(stalled.get());
  }

  private void watch() {
    while (!over) {
      long before = System.nanoTime();
      LockSupport.parkNanos(NAP_NANOS);
      stalled.addAndGet(Math.max(0, System.nanoTime() - before - NAP_NANOS));
    }
  }

  @Override
  public void close() {
    over = true;
    LockSupport.unpark(thread);
  }
}
