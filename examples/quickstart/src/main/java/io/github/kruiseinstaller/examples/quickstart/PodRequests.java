package io.github.kruiseinstaller.examples.quickstart;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asks for Pods all the time while a run goes on, and counts how often that was refused. */
final class PodRequests implements AutoCloseable {
  private static final long PAUSE_MILLIS = 50;
  private static final int REQUESTS_A_ROUND = 4;

  private final Supplier<List<String>> round;
  private final long start = System.nanoTime();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "bystander");
            thread.setDaemon(true);
            return thread;
          });
  private int asked;
  private int refused;
  private Duration last = Duration.ZERO;

  /**
   * Begins at once.
   *
   * @param round creates, changes, deletes and evicts a Pod; returns what was refused
   */
  PodRequests(Supplier<List<String>> round) {
    this.round = round;
    var unused = clock.scheduleWithFixedDelay(this::ask, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** What came of it so far. */
  synchronized String result() {
    return String.format(
        Locale.ROOT,
        "%d Pod requests of a bystander meanwhile, %d refused%s",
        asked,
        refused,
        refused == 0
            ? ""
            : String.format(
                Locale.ROOT, ", the last %.1f s after the start", last.toMillis() / 1000.0));
  }

  /** Ends it, after the round that is under way. */
  @Override
  public void close() {
    clock.shutdown();
    try {
      boolean unused = clock.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() {
    int refusals = round.get().size();
    synchronized (this) {
      asked += REQUESTS_A_ROUND;
      refused += refusals;
      if (refusals > 0) {
        last = Duration.ofNanos(System.nanoTime() - start);
      }
    }
  }
}
