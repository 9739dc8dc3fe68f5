package io.github.kruiseinstaller.e2e;

import java.time.Duration;

/**
 * One job of one contender, measured.
 *
 * @param contender which tool
 * @param toolTook until the tool said that it was done
 * @param doneAfter until the job was done: an installation when OpenKruise was of use, see {@link
 *     LiveWebhooks#usable()}; others when the tool said so
 * @param bystander what somebody else lived through
 * @param words what the tool said about it
 * @param failure what the tool said when it gave up, or empty
 */
record Measurement(
    String contender,
    Duration toolTook,
    Duration doneAfter,
    BystanderReport bystander,
    Contender.Words words,
    String failure) {

  /** How long the bystander goes on when everything is over. */
  private static final Duration SETTLE = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Prepares a fresh cluster, and measures one job. */
  static Measurement of(Job job, Contender contender, TestCluster cluster, Contender.Step step)
      throws InterruptedException {
    job.prepare(contender, cluster, step);
    try (Bystander bystander = Bystander.start(cluster.api(), "bystander-benchmark")) {
      long start = System.nanoTime();
      UsableSince usable = new UsableSince(cluster.api());
      Thread watcher = new Thread(usable, "usable");
      watcher.setDaemon(true);
      if (job == Job.INSTALL) {
        watcher.start();
      }
      Contender.Words words = Contender.Words.NONE;
      String failure = "";
      try {
        words = job.run(contender, cluster, step);
      } catch (IllegalStateException e) {
        failure = String.valueOf(e.getMessage());
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      Duration done = took;
      if (job == Job.INSTALL) {
        done = failure.isEmpty() ? usable.since(watcher, start) : took;
        watcher.interrupt();
      }
      Thread.sleep(SETTLE.toMillis());
      return new Measurement(contender.name(), took, done, bystander.stop(), words, failure);
    }
  }

  /** Looks again and again until OpenKruise is of use. */
  private static final class UsableSince implements Runnable {
    private final LiveWebhooks webhooks;
    private volatile long nanos;

    UsableSince(KubeApi api) {
      this.webhooks = new LiveWebhooks(api);
    }

    /** How long after a moment that was. */
    Duration since(Thread watcher, long start) throws InterruptedException {
      watcher.join(LIMIT.toMillis());
      if (nanos == 0) {
        throw new IllegalStateException("never of use within " + LIMIT);
      }
      return Duration.ofNanos(nanos - start);
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
