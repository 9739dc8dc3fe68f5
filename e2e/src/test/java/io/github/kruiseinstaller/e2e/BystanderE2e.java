package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whoever says "nothing was refused" must first be seen to notice when something is. */
class BystanderE2e extends ClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void noticesThatHelmInstallRefusesPods() throws Exception {
    Bystander bystander = bystander();

    cluster()
        .run(
            Duration.ofMinutes(3),
            helm(),
            "install",
            "kruise",
            chart("kruise-1.8.3.tgz").toString(),
            "--wait",
            "--timeout",
            "150s")
        .orThrow("helm install");

    BystanderReport report = bystander.stop();
    assertThat(report.outage()).isGreaterThan(Duration.ofSeconds(1));
    assertThat(report.refused()).isPositive();
    assertThat(report.refusals().get(0).text()).contains("failed calling webhook");
    assertThat(report.tallies().get(PodVerb.CREATE).refused()).isPositive();
    assertThat(report.tallies().get(PodVerb.DELETE).refused()).isPositive();
    assertThat(report.tallies().get(PodVerb.EVICT).refused()).isPositive();
  }

  @Test
  void isLeftInPeaceByAClusterInWhichNothingHappens() throws Exception {
    Bystander bystander = bystander();

    Await.until("500 requests", PATIENCE, () -> bystander.report().requests() >= 500);
    // Of its own pace; what else this machine does slows down single seconds only.
    Await.until(
        "more than 40 requests in one second",
        PATIENCE,
        () -> bystander.reportSince(bystander.moment() - SECOND.toNanos()).requests() > 40);

    // Before the end, which gives up what is under way.
    assertThat(bystander.report().unanswered()).isZero();
    BystanderReport report = bystander.stop();
    assertThat(report.refused()).isZero();
    assertThat(report.otherErrors()).isZero();
  }
}
