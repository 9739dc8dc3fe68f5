package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.internal.retry.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Time that goes on as usual until somebody moves the hands. Thread-safe. */
final class HandClock implements Time {
  private final AtomicLong moved = new AtomicLong();

  /** From now on it is so much later. */
  void move(Duration by) {
    moved.addAndGet(by.toNanos());
  }

  @Override
  public Instant now() {
    return Instant.now().plusNanos(moved.get());
  }

  @Override
  public long nanos() {
    return System.nanoTime() + moved.get();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Thread.sleep(duration.toMillis());
  }
}
