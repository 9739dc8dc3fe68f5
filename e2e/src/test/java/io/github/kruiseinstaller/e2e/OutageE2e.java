package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.report.InstallReport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The API server goes away in the middle, and comes back. */
class OutageE2e extends InstallTest {
  private static final Duration AWAY =
      Duration.ofSeconds(Integer.getInteger("e2e.outage.seconds", 20));

  @ParameterizedTest
  @EnumSource(
      value = Stage.class,
      names = {"PARK", "ROLLOUT"})
  void theApiServerIsAwayForAWhile(Stage stage) throws Exception {
    needsHarness();
    Bystander bystander = bystander();
    CountDownLatch reached = new CountDownLatch(1);
    Events events = new Events().when(Events.starts(stage), reached::countDown);
    CompletableFuture<InstallReport> run =
        installer()
            .timeout(Duration.ofMinutes(3))
            .listener(events)
            .build()
            .startInstall()
            .result()
            .toCompletableFuture();

    assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
    cluster().harness().component("stop", "apiserver");
    Thread.sleep(AWAY.toMillis());
    cluster().harness().component("start", "apiserver");
    InstallReport report = run.get(3, TimeUnit.MINUTES);

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
