package io.github.kruiseinstaller.testkit.internal.time;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon threads of one cluster: as many as there is work at the same time, none when there is
 * none for a while. Work may block.
 */
public final class ClusterThreads implements Executor, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterThreads.class);
  private static final long IDLE_MILLIS = 500;
  private static final long CLOSE_SECONDS = 5;

  private final DaemonThreads threads;
  private final ThreadPoolExecutor pool;

  /** No thread yet. */
  public ClusterThreads(String namePrefix) {
    this.threads = new DaemonThreads(namePrefix);
    this.pool =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new SynchronousQueue<>(),
            threads);
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  /** Interrupts what runs and waits for it to end. */
  @Override
  public void close() {
    pool.shutdownNow();
    try {
      if (pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        threads.join(TimeUnit.SECONDS.toNanos(CLOSE_SECONDS), false);
      } else {
        LOG.warn("Work of the simulation does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
