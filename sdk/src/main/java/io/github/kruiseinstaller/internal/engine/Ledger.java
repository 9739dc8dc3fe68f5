package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.retry.Time;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.StageOutcome;
import io.github.kruiseinstaller.report.StageStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes down how a run goes, and makes the report of it. Used by the run's thread only. */
final class Ledger {
  private final Run run;
  private final Time time;
  private final Consumer<InstallEvent> events;
  private final Instant startedAt;
  private final long startNanos;
  private final List<StageOutcome> outcomes = new ArrayList<>();
  private final List<String> degraded = new ArrayList<>();
  private @Nullable InstallPlan plan;
  private String version = "unknown";
  private String namespace;
  private String server = "";
  private long stageStart;

  Ledger(Run run, Time time, Consumer<InstallEvent> events, @Nullable String namespace) {
    this.run = run;
    this.time = time;
    this.events = events;
    this.namespace = namespace == null ? "" : namespace;
    this.startedAt = time.now();
    this.startNanos = time.nanos();
  }

  void server(String address) {
    server = address;
  }

  void release(String releaseVersion, String releaseNamespace) {
    version = releaseVersion;
    namespace = releaseNamespace;
  }

  void planned(InstallPlan made) {
    plan = made;
    events.accept(new InstallEvent.Planned(made));
  }

  void started(Stage stage, String why) {
    run.enter(stage);
    stageStart = time.nanos();
    events.accept(new InstallEvent.StageStarted(stage, why));
  }

  void ended(Stage stage, StageStatus status, Work work) {
    StageOutcome outcome =
        new StageOutcome(
            stage,
            status,
            Duration.ofNanos(stageStart - startNanos),
            Duration.ofNanos(time.nanos() - stageStart),
            work.waited(),
            work.changes(),
            work.notes());
    outcomes.add(outcome);
    degraded.addAll(work.degraded());
    events.accept(new InstallEvent.StageEnded(outcome));
  }

  InstallReport succeeded() {
    InstallReport report = report(null);
    events.accept(new InstallEvent.Succeeded(report));
    return report;
  }

  InstallReport failed(Failure failure) {
    if (plan != null) {
      Duration now = Duration.ofNanos(time.nanos() - startNanos);
      for (PlannedStage planned : plan.stages()) {
        if (outcomes.stream().noneMatch(outcome -> outcome.stage() == planned.stage())) {
          outcomes.add(
              new StageOutcome(
                  planned.stage(),
                  StageStatus.SKIPPED,
                  now,
                  Duration.ZERO,
                  Duration.ZERO,
                  List.of(),
                  List.of("not started")));
        }
      }
    }
    InstallReport report = report(failure);
    events.accept(new InstallEvent.Failed(report));
    return report;
  }

  private InstallReport report(@Nullable Failure failure) {
    return new InstallReport(
        run.id(),
        version,
        namespace,
        server,
        plan == null ? "" : plan.fingerprint(),
        startedAt,
        Duration.ofNanos(time.nanos() - startNanos),
        outcomes,
        degraded,
        failure);
  }

  /**
   * What a stage has done.
   *
   * @param waited time that went into waiting for the cluster
   * @param changes objects written
   * @param notes for the report
   * @param degraded what is not well
   */
  record Work(
      Duration waited, List<PlannedChange> changes, List<String> notes, List<String> degraded) {
    static final Work NONE = new Work(Duration.ZERO, List.of(), List.of(), List.of());

    Work {
      changes = List.copyOf(changes);
      notes = List.copyOf(notes);
      degraded = List.copyOf(degraded);
    }
  }
}
