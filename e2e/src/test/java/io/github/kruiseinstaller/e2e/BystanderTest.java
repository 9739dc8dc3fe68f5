package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BystanderTest {
  private static final String REFUSAL =
      "{\"message\":\"Internal error occurred: failed calling webhook \\\"mpod.kb.io\\\": no\"}";

  private static final String DENIED =
      "{\"message\":\"admission webhook \\\"vpodeviction.kb.io\\\" denied the request: %s\"}";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private PodServer server;
  private KubeApi api;

  @BeforeEach
  void open() throws IOException {
    server = new PodServer();
    api = KubeApi.plain(server.address());
  }

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  @Test
  void asksForEveryVerbInDryRunAndForReal() throws Exception {
    try (Bystander bystander = Bystander.start(api, "aside", Duration.ZERO)) {
      server.awaitRequests(80);
      BystanderReport report = bystander.stop();

      assertThat(report.refused()).isZero();
      assertThat(report.outage()).isZero();
      assertThat(report.tallies().values())
          .allSatisfy(tally -> assertThat(tally.admitted()).isPositive());
      assertThat(report.requests()).isGreaterThanOrEqualTo(80);
    }
    String pods = "/api/v1/namespaces/aside/pods";
    assertThat(server.requests())
        .contains(
            "POST " + pods + "?dryRun=All",
            "PATCH " + pods + "/standing?dryRun=All",
            "DELETE " + pods + "/standing?dryRun=All",
            "POST " + pods + "/standing/eviction?dryRun=All",
            "POST " + pods,
            "DELETE /api/v1/namespaces/aside")
        .anyMatch(request -> request.matches("PATCH " + pods + "/p\\d+"))
        .anyMatch(request -> request.matches("POST " + pods + "/p\\d+/eviction"));
  }

  @Test
  void reportsWhatAdmissionRefusedWithItsText() throws Exception {
    try (Bystander bystander = Bystander.start(api, "aside")) {
      server.awaitRequests(20);
      server.answer(500, REFUSAL);
      server.awaitRequests(40);
      server.answer(200, "{}");
      server.awaitRequests(40);
      BystanderReport report = bystander.stop();

      assertThat(report.refused()).isGreaterThan(20);
      assertThat(report.outage()).isPositive().isLessThan(report.watched());
      assertThat(report.refusals().get(0).status()).isEqualTo(500);
      assertThat(report.refusals().get(0).text()).contains("failed calling webhook \"mpod.kb.io\"");
    }
  }

  @Test
  void countsOtherErrorsApart() throws Exception {
    try (Bystander bystander = Bystander.start(api, "aside")) {
      server.answer(503, "{\"message\":\"etcdserver: no leader\"}");
      server.awaitRequests(40);
      BystanderReport report = bystander.stop();

      assertThat(report.refused()).isZero();
      assertThat(report.otherErrors()).isGreaterThan(20);
    }
  }

  @Test
  void countsAVanishedServerApart() throws Exception {
    try (Bystander bystander = Bystander.start(api, "aside")) {
      server.awaitRequests(20);
      server.close();
      Await.until(
          "20 requests without an answer", PATIENCE, () -> bystander.report().unanswered() >= 20);
      BystanderReport report = bystander.stop();

      assertThat(report.refused()).isZero();
      assertThat(report.outage()).isZero();
    }
  }

  @Test
  void stop_whenRequestsHang_givesThemUpAndLeavesNoThread() throws Exception {
    try (Bystander bystander = Bystander.start(api, "aside")) {
      server.awaitRequests(20);
      server.hang();
      server.awaitRequests(5);
      BystanderReport report = bystander.stop();
      server.release();

      assertThat(report.unanswered()).isPositive();
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().startsWith("bystander-"));
    }
  }

  @Test
  void asks_whereAnswersComeAtOnce_atLeastFortyTimesASecond() throws Exception {
    try (Bystander bystander = Bystander.start(api, "aside")) {
      // One second is enough: in others this machine may have been busy with something else.
      Await.until(
          "40 requests in one second",
          PATIENCE,
          () -> bystander.reportSince(bystander.moment() - SECOND.toNanos()).requests() >= 40);
    }
  }

  @Test
  void start_whenTheManagerHasNotSeenThePodYet_waitsUntilItHas() throws Exception {
    server.denyEvictions(3, DENIED.formatted("Pod \\\"standing\\\" not found"));

    try (Bystander bystander = Bystander.start(api, "aside")) {
      server.awaitRequests(20);

      assertThat(bystander.stop().refused()).isZero();
    }
  }

  @Test
  void start_whenEvictionsAreDeniedForAnotherReason_startsAndCountsThem() throws Exception {
    server.denyEvictions(Integer.MAX_VALUE, DENIED.formatted("a budget"));

    try (Bystander bystander = Bystander.start(api, "aside")) {
      server.awaitRequests(40);

      assertThat(bystander.stop().tallies().get(PodVerb.EVICT).refused()).isPositive();
    }
  }

  @Test
  void start_whenTheClusterRefusesPodsAlready_saysSo() {
    server.answer(500, REFUSAL);

    assertThatThrownBy(() -> Bystander.start(api, "aside"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("aside");
  }
}
