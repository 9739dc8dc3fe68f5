package io.github.kruiseinstaller.testkit.internal.time;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Time-outs of the wall clock that leave out what this process sleeps through. Both ends of a
 * simulated network are in one process: while it collects garbage, or gets no processor, nobody
 * answers, and nobody is to blame. Has one daemon thread while something waits; what is due runs
 * there and must not block. Thread-safe.
 */
public final class WakingHours implements AutoCloseable {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Alarm alarm;
  private final AutoCloseable end;

  /**
   * Begins.
   *
   * @param threadName of the thread; a number follows
   */
  public WakingHours(String threadName) {
    DaemonThreads threads = new DaemonThreads(threadName + "-");
    ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, threads);
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(1, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    alarm = (task, nanos) -> executor.schedule(task, nanos, TimeUnit.NANOSECONDS);
    end =
        () -> {
          executor.shutdownNow();
          threads.join(CLOSE_NANOS, false);
        };
  }

  /** Goes by somebody else's clock. */
  WakingHours(Alarm alarm) {
    this.alarm = alarm;
    this.end = () -> {};
  }

  /** Does something once this process has been awake for so long; never after close. */
  public Timers.Timer after(Duration limit, Runnable due) {
    Wait wait = new Wait(limit.toNanos(), due);
    wait.goOn();
    return wait;
  }

  /** Nothing is due any more. */
  @Override
  public void close() {
    try {
      end.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Does something later, as soon as it can. */
  @FunctionalInterface
  interface Alarm {
    Future<?> after(Runnable task, long nanos);
  }

  /** Between two looks no more has passed than was meant to, however late the second one is. */
  private final class Wait implements Timers.Timer {
    private final Runnable due;
    private long left;
    private boolean over;
    private @Nullable Future<?> next;

    Wait(long left, Runnable due) {
      this.left = left;
      this.due = due;
    }

    synchronized void goOn() {
      if (over) {
        return;
      }
      long look = Math.min(left, LOOK_NANOS);
      left -= look;
      try {
        next = alarm.after(left == 0 ? this::end : this::goOn, look);
      } catch (RejectedExecutionException closed) {
        over = true;
      }
    }

    private synchronized void end() {
      if (!over) {
        over = true;
        due.run();
      }
    }

    @Override
    public synchronized void cancel() {
      over = true;
      if (next != null) {
        next.cancel(false);
      }
    }
  }
}
