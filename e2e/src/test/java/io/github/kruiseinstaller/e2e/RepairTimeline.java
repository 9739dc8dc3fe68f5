package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a bystander lives through while a repair goes on: refused before, admitted within a second
 * of the writes that disarm, never refused again. One for each repair.
 */
final class RepairTimeline implements InstallListener {
  private static final Duration WITHIN = Duration.ofSeconds(1);
  private static final Duration LOOK_BACK = Duration.ofSeconds(2);
  private static final Duration AFTERWARDS = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final long NANOS_PER_MILLISECOND = 1_000_000;

  private final Bystander bystander;
  private final long started;
  private volatile long firstWrite;
  private volatile long disarmed;
  private volatile long ended;

  /** Begins now. */
  RepairTimeline(Bystander bystander) {
    this.bystander = bystander;
    this.started = bystander.moment();
    this.ended = started;
  }

  @Override
  public void onEvent(InstallEvent event) {
    long now = bystander.moment();
    if (event instanceof InstallEvent.ObjectWritten && firstWrite == 0) {
      firstWrite = now;
    }
    if (event instanceof InstallEvent.StageEnded stage
        && stage.outcome().stage() == Stage.DISARM
        && disarmed == 0) {
      disarmed = now;
    }
    ended = now;
  }

  /**
   * Requires the promise, and prints how it went. Looks on for a while after the end of the repair.
   *
   * @param what it was about, for the line that is printed
   */
  void assertKept(String what, boolean refusedBefore) throws InterruptedException {
    long first = firstWrite == 0 ? started : firstWrite;
    // There are two configurations: after the first write somebody is refused still.
    long from = refusedBefore && disarmed != 0 ? disarmed : first;
    long kept = from + (refusedBefore ? WITHIN.toNanos() : 0);
    Thread.sleep(
        Math.max(0, ended + AFTERWARDS.toNanos() - bystander.moment()) / NANOS_PER_MILLISECOND);
    // Whoever waits for the time-out of a webhook when the repair begins asks anew only then.
    Await.until("every verb is asked for anew", PATIENCE, () -> asksEverything(kept));
    BystanderReport before = bystander.reportAnsweredSince(started - LOOK_BACK.toNanos());
    BystanderReport after = bystander.reportSince(kept);
    System.out.printf(
        Locale.ROOT,
        "   timeline: %s | refused before: %s | first write %d ms after the start, disarmed %d ms"
            + " after it | admitted %d ms later | then %d Pod requests in %.1f s, %d refused%n",
        what,
        before.refused() > 0 ? "yes" : "no",
        (first - started) / NANOS_PER_MILLISECOND,
        (from - first) / NANOS_PER_MILLISECOND,
        refusedBefore ? admittedAfter(from) / NANOS_PER_MILLISECOND : 0,
        after.requests(),
        after.watched().toMillis() / 1e3,
        after.refused());
    if (refusedBefore) {
      assertThat(before.refused()).as("refused before: " + before.render()).isPositive();
    }
    assertThat(after.refusals()).as(after.render()).isEmpty();
    assertThat(after.tallies().values())
        .as(after.render())
        .allSatisfy(tally -> assertThat(tally.admitted()).isPositive());
  }

  private boolean asksEverything(long since) {
    return bystander.reportSince(since).tallies().values().stream()
        .allMatch(tally -> tally.total() > 0);
  }

  /** From a moment to that at which the last request was sent that was refused. */
  private long admittedAfter(long from) {
    List<BystanderReport.Refusal> refusals = bystander.reportSince(from).refusals();
    return refusals.isEmpty() ? 0 : refusals.get(refusals.size() - 1).after().toNanos();
  }
}
