package io.github.kruiseinstaller.e2e;

import java.time.Duration;

/**
 * One installation, measured.
 *
 * @param contender which tool
 * @param toolTook until the tool said that it was done
 * @param usableAfter until OpenKruise was of use, see {@link LiveWebhooks#usable()}
 * @param bystander what somebody else lived through
 * @param words what the tool said about it
 */
record Measurement(
    String contender,
    Duration toolTook,
    Duration usableAfter,
    BystanderReport bystander,
    Contender.Words words) {

  /** How long the bystander goes on when everything is over. */
  private static final Duration SETTLE = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Measures one installation into a cluster that is fresh. */
  static Measurement of(Contender contender, TestCluster cluster) throws InterruptedException {
    try (Bystander bystander = Bystander.start(cluster.api(), "bystander-benchmark")) {
      long start = System.nanoTime();
      UsableSince usable = new UsableSince(cluster.api());
      Thread watcher = new Thread(usable, "usable");
      watcher.setDaemon(true);
      watcher.start();
      Contender.Words words;
      Duration took;
      try {
        words = contender.install(cluster);
        took = Duration.ofNanos(System.nanoTime() - start);
        watcher.join(LIMIT.toMillis());
      } finally {
        watcher.interrupt();
      }
      if (usable.nanos == 0) {
        throw new IllegalStateException(contender.name() + ": never of use within " + LIMIT);
      }
      Thread.sleep(SETTLE.toMillis());
      return new Measurement(
          contender.name(), took, Duration.ofNanos(usable.nanos - start), bystander.stop(), words);
    }
  }

  /** Looks again and again until OpenKruise is of use. */
  private static final class UsableSince implements Runnable {
    private final LiveWebhooks webhooks;
    private volatile long nanos;

    UsableSince(KubeApi api) {
      this.webhooks = new LiveWebhooks(api);
    }

    @Override
    public void run() {
      try {
        while (!webhooks.usable()) {
          Thread.sleep(POLL.toMillis());
        }
        nanos = System.nanoTime();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
