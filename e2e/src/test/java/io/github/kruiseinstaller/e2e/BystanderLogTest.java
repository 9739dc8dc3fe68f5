package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.e2e.BystanderLog.Entry;
import io.github.kruiseinstaller.e2e.BystanderReport.Tally;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BystanderLogTest {
  private final BystanderLog log = new BystanderLog();

  @Test
  void report_whenNothingWasRefused_hasNoOutage() {
    seen(PodVerb.CREATE, 0, 10, Verdict.ADMITTED);
    seen(PodVerb.CREATE, 100, 120, Verdict.ADMITTED);

    BystanderReport report = report(0, 1000);

    assertThat(report.outage()).isZero();
    assertThat(report.refused()).isZero();
    assertThat(report.requests()).isEqualTo(2);
    assertThat(report.rate()).isEqualTo(2.0);
    assertThat(report.slowest()).isEqualTo(Duration.ofMillis(20));
  }

  @Test
  void report_whenRefusedBetweenTwoSuccesses_spansFromTheEndOfOneToTheStartOfTheOther() {
    seen(PodVerb.CREATE, 100, 110, Verdict.ADMITTED);
    seen(PodVerb.CREATE, 200, 210, Verdict.REFUSED);
    seen(PodVerb.CREATE, 300, 310, Verdict.REFUSED);
    seen(PodVerb.CREATE, 400, 410, Verdict.ADMITTED);

    assertThat(report(0, 1000).outage()).isEqualTo(Duration.ofMillis(290));
  }

  @Test
  void report_whenVerbsAreRefusedAtTheSameTime_countsTheTimeOnce() {
    for (PodVerb verb : new PodVerb[] {PodVerb.CREATE, PodVerb.DELETE}) {
      seen(verb, 100, 100, Verdict.ADMITTED);
      seen(verb, 200, 210, Verdict.REFUSED);
      seen(verb, 400, 410, Verdict.ADMITTED);
    }

    assertThat(report(0, 1000).outage()).isEqualTo(Duration.ofMillis(300));
  }

  @Test
  void report_whenAnotherVerbStillPasses_isAnOutageNevertheless() {
    seen(PodVerb.CREATE, 100, 100, Verdict.ADMITTED);
    seen(PodVerb.CREATE, 200, 210, Verdict.REFUSED);
    seen(PodVerb.UPDATE, 250, 260, Verdict.ADMITTED);
    seen(PodVerb.CREATE, 500, 510, Verdict.ADMITTED);

    assertThat(report(0, 1000).outage()).isEqualTo(Duration.ofMillis(400));
  }

  @Test
  void report_whenTwoOutagesAreApart_addsThemUp() {
    seen(PodVerb.EVICT, 100, 100, Verdict.ADMITTED);
    seen(PodVerb.EVICT, 200, 200, Verdict.REFUSED);
    seen(PodVerb.EVICT, 300, 300, Verdict.ADMITTED);
    seen(PodVerb.EVICT, 600, 600, Verdict.ADMITTED);
    seen(PodVerb.EVICT, 700, 700, Verdict.REFUSED);
    seen(PodVerb.EVICT, 800, 800, Verdict.ADMITTED);

    assertThat(report(0, 1000).outage()).isEqualTo(Duration.ofMillis(400));
  }

  @Test
  void report_whenNeverAdmitted_isOneLongOutage() {
    seen(PodVerb.CREATE, 500, 510, Verdict.REFUSED);

    assertThat(report(0, 1000).outage()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void report_whenTheServerIsAway_isNotAnOutage() {
    seen(PodVerb.CREATE, 100, 110, Verdict.ADMITTED);
    seen(PodVerb.CREATE, 200, 210, Verdict.UNANSWERED);
    seen(PodVerb.CREATE, 300, 310, Verdict.OTHER_ERROR);

    BystanderReport report = report(0, 1000);

    assertThat(report.outage()).isZero();
    assertThat(report.unanswered()).isEqualTo(1);
    assertThat(report.otherErrors()).isEqualTo(1);
    assertThat(report.tallies()).containsEntry(PodVerb.CREATE, new Tally(1, 0, 1, 1));
  }

  @Test
  void report_whenASlowSuccessEndsAfterARefusalBegan_doesNotShortenTheOutage() {
    seen(PodVerb.CREATE, 100, 110, Verdict.ADMITTED);
    seen(PodVerb.CREATE, 150, 900, Verdict.REFUSED);
    seen(PodVerb.CREATE, 120, 160, Verdict.ADMITTED);
    seen(PodVerb.CREATE, 890, 950, Verdict.ADMITTED);

    assertThat(report(0, 1000).outage()).isEqualTo(Duration.ofMillis(750));
  }

  @Test
  void report_whenRequestsOverlapOrFollowEachOther_knowsTheLongestSilence() {
    seen(PodVerb.CREATE, 100, 300, Verdict.ADMITTED);
    seen(PodVerb.UPDATE, 110, 120, Verdict.ADMITTED);
    seen(PodVerb.EVICT, 400, 700, Verdict.UNANSWERED);
    seen(PodVerb.DELETE, 850, 900, Verdict.ADMITTED);

    assertThat(report(0, 1000).silence()).isEqualTo(Duration.ofMillis(150));
  }

  @Test
  void report_whenNobodyAsksAnyMore_isSilentToTheEnd() {
    seen(PodVerb.CREATE, 100, 300, Verdict.ADMITTED);

    assertThat(report(0, 1000).silence()).isEqualTo(Duration.ofMillis(700));
  }

  @Test
  void since_leavesOutWhatWasSentBefore() {
    seen(PodVerb.CREATE, 100, 110, Verdict.REFUSED);
    seen(PodVerb.CREATE, 200, 210, Verdict.ADMITTED);

    BystanderReport report = log.since(200 * 1_000_000L).report(200 * 1_000_000L, 300_000_000L);

    assertThat(report.refused()).isZero();
    assertThat(report.requests()).isEqualTo(1);
  }

  @Test
  void answeredSince_keepsWhatWasSentBefore() {
    seen(PodVerb.CREATE, 100, 110, Verdict.ADMITTED);
    seen(PodVerb.CREATE, 100, 250, Verdict.REFUSED);

    BystanderReport report =
        log.answeredSince(200 * 1_000_000L).report(200 * 1_000_000L, 300_000_000L);

    assertThat(report.refused()).isEqualTo(1);
    assertThat(report.requests()).isEqualTo(1);
  }

  @Test
  void render_namesRefusalsVerbsAndFigures() {
    seen(PodVerb.CREATE, 100, 110, Verdict.ADMITTED);
    for (int i = 0; i < 5; i++) {
      seen(PodVerb.EVICT, 200 + i, 210 + i, Verdict.REFUSED);
    }

    assertThat(report(0, 1000).render())
        .contains("6 Pod requests in 1.0 s (6/s), 5 refused, outage 1.00 s")
        .contains("create      1 admitted     0 refused")
        .contains("refused at 0.20 s: evict: 500 seen")
        .contains("... and 2 more");
  }

  private void seen(PodVerb verb, long startMillis, long endMillis, Verdict verdict) {
    log.add(new Entry(verb, startMillis * 1_000_000, endMillis * 1_000_000, verdict, 500, "seen"));
  }

  private BystanderReport report(long startMillis, long endMillis) {
    return log.report(startMillis * 1_000_000, endMillis * 1_000_000);
  }
}
