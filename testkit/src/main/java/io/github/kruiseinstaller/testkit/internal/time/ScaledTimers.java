package io.github.kruiseinstaller.testkit.internal.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Time that runs by itself, as fast as the wall's or faster. Has one daemon thread while something
 * waits; tasks run there and must not block.
 */
public final class ScaledTimers implements Timers, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ScaledTimers.class);
  private static final long CLOSE_SECONDS = 5;

  private final double speed;
  private final long start = System.nanoTime();
  private final DaemonThreads threads;
  private final ScheduledThreadPoolExecutor executor;

  /**
   * Begins.
   *
   * @param speed simulated seconds per second of the wall clock: 1 is real time, 50 fifty times
   *     faster
   * @param threadName of the thread; a number follows
   */
  public ScaledTimers(double speed, String threadName) {
    if (!(speed > 0) || Double.isInfinite(speed)) {
      throw new IllegalArgumentException("speed must be a positive number: " + speed);
    }
    this.speed = speed;
    this.threads = new DaemonThreads(threadName + "-");
    this.executor = new ScheduledThreadPoolExecutor(1, threads);
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    long wall = Math.max(0, (long) (delay.toNanos() / speed));
    try {
      ScheduledFuture<?> future = executor.schedule(() -> run(task), wall, TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException closed) {
      return () -> {};
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.warn("A task of the simulation failed", e);
    }
  }

  @Override
  public long nanos() {
    return (long) ((System.nanoTime() - start) * speed);
  }

  /** Drops what waits and ends the thread; a task that runs is interrupted. */
  @Override
  public void close() {
    executor.shutdownNow();
    try {
      if (executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        threads.join(TimeUnit.SECONDS.toNanos(CLOSE_SECONDS), false);
      } else {
        LOG.warn("A task of the simulation does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
