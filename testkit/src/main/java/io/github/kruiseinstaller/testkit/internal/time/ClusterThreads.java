package io.github.kruiseinstaller.testkit.internal.time;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

  private final ThreadPoolExecutor pool;

  /** No thread yet. */
  public ClusterThreads(String namePrefix) {
    AtomicInteger count = new AtomicInteger();
    this.pool =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, namePrefix + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
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
      if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Work of the simulation does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
