package io.github.kruiseinstaller.internal.retry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The threads of one run: at most {@value #THREADS} at a time, made when needed, gone after {@link
 * #close()}.
 */
public final class Workers implements AutoCloseable {
  private static final int THREADS = 16;

  private final Cancellation cancellation;
  private final ExecutorService executor;

  /** Threads named after the run. */
  public Workers(String runId, Cancellation cancellation) {
    this.cancellation = cancellation;
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread =
                  new Thread(task, "kruise-installer-" + runId + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    this.executor = pool;
  }

  /**
   * Does {@code work} for every item in parallel and waits for all of it, also when some fail, so
   * that nothing is under way when this returns.
   *
   * @return the results in the order of the items
   * @throws RuntimeException the failure of the first item that failed; an Error likewise
   */
  public <T, R> List<R> map(Collection<T> items, Function<T, R> work) {
    List<Future<R>> futures = new ArrayList<>(items.size());
    for (T item : items) {
      futures.add(start(() -> work.apply(item)));
    }
    return joinAll(futures);
  }

  /**
   * The results of started tasks, once all have ended.
   *
   * @throws RuntimeException the failure of the first one that failed
   */
  public <R> List<R> joinAll(List<Future<R>> futures) {
    List<R> results = new ArrayList<>(futures.size());
    Future<R> failed = null;
    for (Future<R> future : futures) {
      try {
        results.add(join(future));
      } catch (RuntimeException | Error e) {
        failed = failed == null ? future : failed;
      }
    }
    if (failed != null) {
      // Throws what the task threw.
      join(failed);
    }
    return results;
  }

  /** Starts a task; nothing starts once the run is cancelled. */
  public <R> Future<R> start(Callable<R> task) {
    return executor.submit(
        () -> {
          cancellation.check();
          return task.call();
        });
  }

  /**
   * The result of a started task.
   *
   * @throws RuntimeException what the task threw
   */
  public <R> R join(Future<R> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          // An interrupt of a run's thread means cancel: the task is woken by the cancellation, and
          // the flag is put back once the task has ended.
          interrupted = true;
          cancellation.cancel();
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof InterruptedException) {
        CancellationException cancelled = new CancellationException("the run was cancelled");
        cancelled.initCause(e.getCause());
        throw cancelled;
      }
      throw new IllegalStateException("a task of the run failed", e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends the threads; tasks that have not begun are cancelled, and so is who waits for them. */
  @Override
  public void close() {
    for (Runnable unbegun : executor.shutdownNow()) {
      if (unbegun instanceof Future<?> task) {
        task.cancel(false);
      }
    }
  }
}
