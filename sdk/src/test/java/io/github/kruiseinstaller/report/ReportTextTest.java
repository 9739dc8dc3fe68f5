package io.github.kruiseinstaller.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReportTextTest {
  private static final ObjectRef MANAGER =
      ObjectRef.namespaced("apps/v1", "Deployment", "kruise-system", "kruise-controller-manager");

  @Test
  void render_whenInstalled_drawsTheTimeLineAndTheTotals() {
    InstallReport report =
        report(
            40_000,
            List.of(
                outcome(Stage.CRDS, StageStatus.DONE, 0, 10_000, 4_000, 26),
                outcome(Stage.ROLLOUT, StageStatus.DONE, 10_000, 29_000, 29_000, 0),
                outcome(Stage.ARM, StageStatus.DONE, 39_000, 500, 0, 2),
                outcome(Stage.VERIFY, StageStatus.DEGRADED, 39_500, 500, 0, 0)),
            List.of("kruise-daemon: 1 of 3 Ready"),
            null);

    assertThat(report.render())
        .isEqualTo(
            """
            OpenKruise 1.8.3 installed in namespace kruise-system
              cluster  https://10.0.0.1:6443
              run      a1b2c3, started 2025-01-02T03:04:05Z
              plan     0123456789ab

              stage    status    time line, 40.0 s                           took  waited  writes
              crds     ok        ######....                                10.0 s   4.0 s      26
              rollout  ok                  .............................   29.0 s  29.0 s       -
              arm      ok                                               #  500 ms       -       2
              verify   degraded                                         #  500 ms       -       -
              # own work   . waiting for the cluster

              done after 40.0 s, usable after 39.5 s: waited for the cluster 33.0 s, own share 7.0 s, 28 writes
              degraded: kruise-daemon: 1 of 3 Ready
            """);
    assertThat(report)
        .hasToString(
            "OpenKruise 1.8.3 in namespace kruise-system: installed in 40.0 s with 28 writes,"
                + " degraded");
  }

  @Test
  void render_whenFailed_showsFailureEvidenceAndRemedy() {
    Failure failure =
        new Failure(
            FailureCode.IMAGE_PULL_FAILED,
            Stage.ROLLOUT,
            MANAGER,
            "the image cannot be pulled",
            List.of("ErrImagePull: \u001b[31mnot found"),
            "check the registry");
    InstallReport report =
        report(
            2_000,
            List.of(
                outcome(Stage.ROLLOUT, StageStatus.FAILED, 0, 2_000, 2_000, 0),
                outcome(Stage.PROVE, StageStatus.SKIPPED, 0, 0, 0, 0)),
            List.of(),
            failure);

    assertThat(report.render())
        .contains("NOT installed")
        .contains("rollout  FAILED")
        .containsPattern("prove    -\\s+-\\s+-\\s+-\n")
        .contains("ended after 2.0 s")
        .contains("  code:   image-pull-failed")
        .contains("  object: Deployment kruise-system/kruise-controller-manager")
        .contains("  seen:   ErrImagePull:  [31mnot found")
        .contains("  remedy: check the registry")
        .doesNotContain("\u001b");
    assertThat(report)
        .hasToString(
            "OpenKruise 1.8.3 in namespace kruise-system: image-pull-failed in stage rollout after"
                + " 2.0 s: the image cannot be pulled");
  }

  @Test
  void render_whenNothingWasWritten_saysThatItWasThere() {
    InstallReport report =
        report(900, List.of(outcome(Stage.PLAN, StageStatus.DONE, 0, 900, 0, 0)), List.of(), null);

    assertThat(report.render())
        .startsWith("OpenKruise 1.8.3 was already installed in namespace kruise-system\n")
        .contains("0 writes");
    assertThat(report)
        .hasToString(
            "OpenKruise 1.8.3 in namespace kruise-system: was already installed, checked in 900"
                + " ms");
  }

  @Test
  void render_whenFailedBeforeMuchWasKnown_leavesItOut() {
    InstallReport report =
        new InstallReport(
            "a1b2c3",
            "",
            "",
            "",
            "",
            Instant.parse("2025-01-02T03:04:05Z"),
            Duration.ofMillis(3),
            List.of(),
            List.of(),
            Failure.of(FailureCode.RELEASE_UNAVAILABLE, "no such file", "name another"));

    assertThat(report.render())
        .startsWith(
            """
            OpenKruise NOT installed
              run      a1b2c3, started 2025-01-02T03:04:05Z

              ended after 3 ms\
            """);
    assertThat(report).hasToString("OpenKruise: release-unavailable after 3 ms: no such file");
  }

  @Test
  void render_whenAStageSawSomething_tellsIt() {
    StageOutcome stage =
        new StageOutcome(
            Stage.PROVE,
            StageStatus.DONE,
            Duration.ZERO,
            Duration.ofMillis(80),
            Duration.ZERO,
            List.of(),
            List.of("3 of 3 proofs passed"));

    assertThat(report(80, List.of(stage), List.of(), null).render())
        .contains("  prove: 3 of 3 proofs passed\n");
  }

  @Property
  void bar_whateverTheTimes_staysInItsColumnAndShowsAtLeastOneMark(
      @ForAll @LongRange(min = 0, max = 5_000) long started,
      @ForAll @LongRange(min = 0, max = 5_000) long took,
      @ForAll @LongRange(min = 0, max = 5_000) long waited,
      @ForAll @LongRange(min = 0, max = 5_000) long all) {
    StageOutcome stage = outcome(Stage.LOAD, StageStatus.DONE, started, took, waited, 0);

    String line =
        report(all, List.of(stage), List.of(), null)
            .render()
            .lines()
            .filter(text -> text.startsWith("  load"))
            .findFirst()
            .orElseThrow();
    String bar = line.substring("  stage  status  ".length(), "  stage  status  ".length() + 40);

    assertThat(bar).matches(Pattern.compile(" *#*\\.* *")).containsPattern("[#.]");
  }

  private static InstallReport report(
      long tookMillis,
      List<StageOutcome> stages,
      List<String> degraded,
      @Nullable Failure failure) {
    return new InstallReport(
        "a1b2c3",
        "1.8.3",
        "kruise-system",
        "https://10.0.0.1:6443",
        "0123456789abcdef",
        Instant.parse("2025-01-02T03:04:05Z"),
        Duration.ofMillis(tookMillis),
        stages,
        degraded,
        failure);
  }

  private static StageOutcome outcome(
      Stage stage, StageStatus status, long started, long took, long waited, int writes) {
    return new StageOutcome(
        stage,
        status,
        Duration.ofMillis(started),
        Duration.ofMillis(took),
        Duration.ofMillis(waited),
        Collections.nCopies(writes, PlannedChange.of(MANAGER, ChangeAction.CREATE)),
        List.of());
  }
}
