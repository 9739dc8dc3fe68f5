package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import java.time.Duration;
import java.util.Locale;

/**
 * What a bystander lives through while a repair goes on: refused before, admitted within a second
 * of the first write, never refused again. One for each repair.
 */
final class RepairTimeline implements InstallListener {
  private static final Duration WITHIN = Duration.ofSeconds(1);
  private static final Duration LOOK_BACK = Duration.ofSeconds(2);

  private final Bystander bystander;
  private final long started;
  private long firstWrite;

  /** Begins now. */
  RepairTimeline(Bystander bystander) {
    this.bystander = bystander;
    this.started = bystander.moment();
  }

  @Override
  public synchronized void onEvent(InstallEvent event) {
    if (event instanceof InstallEvent.ObjectWritten && firstWrite == 0) {
      firstWrite = bystander.moment();
    }
  }

  /** Requires the promise, and prints how it went. */
  synchronized void assertKept(boolean refusedBefore) {
    long end = bystander.moment();
    BystanderReport before = bystander.reportSince(started - LOOK_BACK.toNanos());
    BystanderReport all = bystander.reportSince(started);
    long from = firstWrite == 0 ? started : firstWrite;
    BystanderReport after = bystander.reportSince(from + (refusedBefore ? WITHIN.toNanos() : 0));
    System.out.printf(
        Locale.ROOT,
        "   timeline: repair began %s; first write after %.2f s; last refusal %.2f s after it; then"
            + " %d Pod requests in %.1f s, %d refused%n",
        before.refused() > 0 ? "while Pods were refused" : "while Pods were admitted",
        (from - started) / 1e9,
        all.refusals().isEmpty() ? 0 : lastRefusal(all, started, from),
        after.requests(),
        (end - from) / 1e9,
        after.refused());
    if (refusedBefore) {
      assertThat(before.refused()).as("refused before: " + before.render()).isPositive();
    }
    assertThat(after.refusals()).as(after.render()).isEmpty();
  }

  private static double lastRefusal(BystanderReport report, long started, long firstWrite) {
    Duration last = report.refusals().get(report.refusals().size() - 1).after();
    return (last.toNanos() - (firstWrite - started)) / 1e9;
  }
}
