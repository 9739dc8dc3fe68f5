package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.report.InstallReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The API server goes away in the middle, and comes back. */
class OutageE2e extends InstallTest {
  private static final Duration AWAY =
      Duration.ofSeconds(Integer.getInteger("e2e.outage.seconds", 20));

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration GONE_WITHIN = Duration.ofMinutes(1);

  /**
   * What asks the API server more and more seldom while it is away, and would go on so for up to a
   * minute. The kubelet comes first: Pods are not Ready for a moment when it begins, and nothing
   * depends on the managers yet.
   */
  private static final List<String> CLIENTS =
      List.of("kubelet", "kube-proxy", "controller-manager", "scheduler");

  @ParameterizedTest
  @EnumSource(
      value = Stage.class,
      names = {"PARK", "ROLLOUT"})
  void theApiServerIsAwayForAWhile(Stage stage) throws Exception {
    needsHarness();
    Bystander bystander = bystander();
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch isGone = new CountDownLatch(1);
    Events events = new Events().holdUp(stage, reached, isGone, GONE_WITHIN);
    CompletableFuture<InstallReport> run =
        installer()
            .timeout(PATIENCE)
            .listener(events)
            .build()
            .startInstall()
            .result()
            .toCompletableFuture();

    assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
    cluster().harness().component("stop", "apiserver");
    isGone.countDown();
    Thread.sleep(AWAY.toMillis());
    cluster().harness().component("start", "apiserver");
    for (String client : CLIENTS) {
      cluster().harness().component("restart", client);
    }
    InstallReport report = run.get(PATIENCE.toMinutes(), TimeUnit.MINUTES);

    System.out.println(report.render());
    assertThat(report.took()).isGreaterThan(AWAY);
    assertThat(events.all())
        .as("somebody who looks on is told")
        .anyMatch(
            event ->
                event instanceof InstallEvent.Retrying
                    || (event instanceof InstallEvent.Waiting waiting
                        && waiting.state().contains("onnect")));
    assertInstalled();
    BystanderReport seen = bystander.stop();
    assertNobodyWasRefused(seen);
    assertThat(seen.unanswered()).isPositive();
  }
}
