package io.github.kruiseinstaller.testkit.internal.kruise;

import io.github.kruiseinstaller.testkit.internal.workload.Program.Container;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Does one piece of work whenever it is triggered, never twice at once; after a failure again, with
 * the back-off of a work queue. Ends with its container. Thread-safe.
 */
final class ReconcileLoop {
  private static final Duration FIRST_DELAY = Duration.ofMillis(5);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(1000);

  private final Container container;
  private final Executor executor;
  private final Work work;
  private final Consumer<RuntimeException> failed;
  private boolean wanted;
  private boolean running;
  private boolean stopped;
  private boolean again;
  private int failures;

  ReconcileLoop(
      Container container, Executor executor, Work work, Consumer<RuntimeException> failed) {
    this.container = container;
    this.executor = executor;
    this.work = work;
    this.failed = failed;
  }

  /** What is done; throws when it failed. */
  @FunctionalInterface
  interface Work {
    /**
     * Does it.
     *
     * @return when to do it again although nothing changes; empty for never
     */
    Optional<Duration> run();
  }

  /** Does it soon; once more if it is being done just now. */
  void trigger() {
    synchronized (this) {
      if (stopped) {
        return;
      }
      wanted = true;
      if (running) {
        return;
      }
      running = true;
    }
    submit();
  }

  /** Does it no more; what is being done is not interrupted. */
  synchronized void stop() {
    stopped = true;
  }

  private void submit() {
    try {
      executor.execute(this::drain);
    } catch (RejectedExecutionException e) {
      // The cluster is being closed.
      stop();
    }
  }

  private void drain() {
    while (takeWanted()) {
      try {
        Optional<Duration> next = work.run();
        succeeded();
        next.ifPresent(this::again);
      } catch (RuntimeException e) {
        if (!isStopped()) {
          failed.accept(e);
          container.later(delayAfterFailure(), this::trigger);
        }
      }
    }
  }

  private synchronized boolean takeWanted() {
    if (!wanted || stopped) {
      running = false;
      return false;
    }
    wanted = false;
    return true;
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private synchronized void succeeded() {
    failures = 0;
  }

  /** One timer at a time is enough: what is waited for is that it is done again at all. */
  private void again(Duration delay) {
    synchronized (this) {
      if (again) {
        return;
      }
      again = true;
    }
    container.later(
        delay,
        () -> {
          synchronized (this) {
            again = false;
          }
          trigger();
        });
  }

  private synchronized Duration delayAfterFailure() {
    int doublings = Math.min(failures++, 20);
    Duration delay = FIRST_DELAY.multipliedBy(1L << doublings);
    return delay.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : delay;
  }
}
