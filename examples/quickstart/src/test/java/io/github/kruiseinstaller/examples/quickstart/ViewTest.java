package io.github.kruiseinstaller.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.StageOutcome;
import io.github.kruiseinstaller.report.StageStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewTest {
  private static final ObjectRef MANAGER =
      ObjectRef.namespaced("apps/v1", "Deployment", "kruise-system", "kruise-controller-manager");
  private static final StageOutcome DONE =
      new StageOutcome(
          Stage.MANAGER,
          StageStatus.DONE,
          Duration.ZERO,
          Duration.ofMillis(2_300),
          Duration.ZERO,
          List.of(PlannedChange.of(MANAGER, ChangeAction.CREATE)),
          List.of());
  private static final InstallReport REPORT =
      new InstallReport(
          "run",
          "1.8.3",
          "kruise-system",
          "https://10.0.0.1:6443",
          "",
          Instant.EPOCH,
          Duration.ofMillis(2_300),
          List.of(DONE),
          List.of(),
          null);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();

  @Test
  void lines_areOnePerEventAndCountTheWrites() {
    try (Progress progress = lineProgress()) {
      progress.onEvent(new InstallEvent.StageStarted(Stage.MANAGER, "because"));
      progress.onEvent(new InstallEvent.ObjectWritten(Stage.MANAGER, DONE.changes().get(0)));
      progress.onEvent(new InstallEvent.StageEnded(DONE));
    }

    assertThat(text(screen).lines())
        .containsExactly(
            "[   1.5 s] manager: because", "[   1.5 s] manager: done in 2.3 s, 1 write");
  }

  @Test
  void lines_tellOfDefinitionsOnlyWhenTheyTakeLong() {
    ObjectRef definition = ObjectRef.cluster("apiextensions.k8s.io/v1", "CRD", "clonesets");
    try (Progress progress = lineProgress()) {
      progress.onEvent(
          new InstallEvent.Waiting(Stage.CRDS, definition, "soon", Duration.ofMillis(300)));
      progress.onEvent(
          new InstallEvent.Waiting(Stage.CRDS, definition, "stuck", Duration.ofSeconds(9)));
    }

    assertThat(text(screen).lines())
        .containsExactly("[   1.5 s] crds: waiting for CRD clonesets: stuck");
  }

  @Test
  void live_drawsOneLineAnewAndKeepsTheFinishedStage() {
    try (LiveProgress progress = live(true, 60, StandardCharsets.UTF_8)) {
      progress.onEvent(new InstallEvent.StageStarted(Stage.MANAGER, "because"));
      progress.tick();
      progress.onEvent(new InstallEvent.StageEnded(DONE));
      progress.tick();
    }

    assertThat(text(screen))
        .isEqualToNormalizingNewlines(
            "\r\u001b[K     1.5 s  manager: because"
                + "\r\u001b[K     1.5 s  manager: because"
                + "\r\u001b[K\u001b[32m\u2713\u001b[0m manager       2.3 s  1 write\n");
  }

  @Test
  void live_whenTheScreenIsNarrow_saysWhyItWaitsFirst() {
    try (LiveProgress progress = live(false, 60, StandardCharsets.UTF_8)) {
      progress.onEvent(
          new InstallEvent.Waiting(
              Stage.ROLLOUT, MANAGER, "0 of 2 Ready\u001b[2J", Duration.ofSeconds(1)));
    }

    assertThat(text(screen)).contains("rollout: 0 of 2 Ready [2J (Deployment kruise...\r");
  }

  @Test
  void live_whenColoursOrSignsAreNotToBeHad_doesWithout() {
    try (LiveProgress progress = live(false, 60, StandardCharsets.US_ASCII)) {
      progress.onEvent(new InstallEvent.StageEnded(DONE));
    }

    assertThat(text(screen)).isEqualToNormalizingNewlines("ok manager       2.3 s  1 write\n");
  }

  @Test
  void json_isALinePerEventWithTheReportLast() {
    try (View view = new JsonView(lineProgress(), print(out))) {
      view.onEvent(new InstallEvent.StageEnded(DONE));
      view.onEvent(new InstallEvent.Succeeded(REPORT));
      view.report(REPORT);
    }

    assertThat(text(out).lines())
        .containsExactly(
            new InstallEvent.StageEnded(DONE).toJson(),
            new InstallEvent.Succeeded(REPORT).toJson(),
            REPORT.toJson());
    assertThat(text(screen).lines()).hasSize(2);
  }

  @Test
  void json_whenThereIsNoReport_endsWithTheFailure() {
    Failure failure = Failure.of(FailureCode.CLUSTER_UNREACHABLE, "no kubeconfig", "name one");
    try (View view = new JsonView(lineProgress(), print(out))) {
      view.failure(failure);
    }

    assertThat(text(out).strip()).isEqualTo("{\"failure\":" + failure.toJson() + "}");
  }

  @Test
  void text_endsWithTheReport() {
    try (View view = new TextView(lineProgress(), print(out))) {
      view.report(REPORT);
    }

    assertThat(text(out)).endsWith(REPORT.render());
  }

  private Progress lineProgress() {
    return new LineProgress(print(screen), () -> Duration.ofMillis(1_500));
  }

  private LiveProgress live(boolean colour, int columns, Charset charset) {
    Terminal terminal = new Terminal(true, colour, columns, charset);
    return new LiveProgress(print(screen), terminal, () -> Duration.ofMillis(1_500));
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
