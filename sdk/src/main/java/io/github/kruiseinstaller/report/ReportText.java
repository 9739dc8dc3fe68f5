package io.github.kruiseinstaller.report;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.text.TextTable;
import io.github.kruiseinstaller.model.Stage;
import java.util.ArrayList;
import java.util.List;

/** A report for people: the time line of a run, its totals, and what went wrong. */
final class ReportText {
  private static final int BAR_WIDTH = 40;

  private final InstallReport report;
  private final List<String> lines = new ArrayList<>();

  ReportText(InstallReport report) {
    this.report = report;
  }

  static String summary(InstallReport report) {
    Failure failure = report.failure();
    String target = name(report) + where(report) + ": ";
    String took = PlainText.duration(report.took());
    if (failure == null) {
      return target
          + (report.writes() == 0
              ? "was already " + done(report) + ", checked in "
              : done(report) + " in ")
          + took
          + (report.writes() == 0 ? "" : " with " + PlainText.count(report.writes(), "write"))
          + (report.degraded().isEmpty() ? "" : ", degraded");
    }
    return target
        + failure.code().id()
        + (failure.stage() == null ? "" : " in stage " + failure.stage())
        + " after "
        + took
        + ": "
        + PlainText.oneLine(failure.message());
  }

  String render() {
    header();
    if (!report.stages().isEmpty()) {
      lines.add("");
      lines.addAll(timeLine().lines("  "));
      lines.add("  # own work   . waiting for the cluster");
    }
    totals();
    notes();
    degraded();
    failure();
    return String.join("\n", lines) + "\n";
  }

  /** What a run that failed early has not learned is left out. */
  private void header() {
    lines.add(name(report) + " " + verdict() + where(report));
    if (!report.server().isEmpty()) {
      lines.add("  cluster  " + report.server());
    }
    lines.add("  run      " + report.runId() + ", started " + report.startedAt());
    if (!report.planFingerprint().isEmpty()) {
      lines.add("  plan     " + PlainText.shortDigest(report.planFingerprint()));
    }
  }

  private String verdict() {
    if (!report.succeeded()) {
      return "NOT " + done(report);
    }
    return report.writes() == 0 ? "was already " + done(report) : done(report);
  }

  private static String done(InstallReport report) {
    boolean removes = report.stages().stream().anyMatch(outcome -> outcome.stage().isOfUninstall());
    return removes ? "uninstalled" : "installed";
  }

  private static String name(InstallReport report) {
    boolean known = !report.version().isEmpty() && !report.version().equals("unknown");
    return known ? "OpenKruise " + report.version() : "OpenKruise";
  }

  private static String where(InstallReport report) {
    return report.namespace().isEmpty() ? "" : " in namespace " + report.namespace();
  }

  private TextTable timeLine() {
    TextTable table =
        new TextTable()
            .left("stage")
            .left("status")
            .left("time line, " + PlainText.duration(report.took()))
            .right("took")
            .right("waited")
            .right("writes");
    for (StageOutcome outcome : report.stages()) {
      boolean skipped = outcome.status() == StageStatus.SKIPPED;
      table.row(
          outcome.stage().id(),
          status(outcome.status()),
          skipped ? "" : bar(outcome),
          skipped ? "-" : PlainText.duration(outcome.took()),
          outcome.waited().isZero() ? "-" : PlainText.duration(outcome.waited()),
          outcome.changes().isEmpty() ? "-" : Integer.toString(outcome.changes().size()));
    }
    return table;
  }

  /** Where on the run's time the stage lies; a stage that took any time shows at least one mark. */
  private String bar(StageOutcome outcome) {
    int end = column(outcome.startedAfter().plus(outcome.took()).toNanos());
    int start = Math.min(column(outcome.startedAfter().toNanos()), BAR_WIDTH - 1);
    int length = Math.max(1, end - start);
    long took = Math.max(1, outcome.took().toNanos());
    long share = Math.round((double) length * outcome.waited().toNanos() / took);
    int waiting = (int) Math.max(0, Math.min(length, share));
    return " ".repeat(start)
        + "#".repeat(length - waiting)
        + ".".repeat(waiting)
        + " ".repeat(BAR_WIDTH - start - length);
  }

  private int column(long nanos) {
    long all = Math.max(1, report.took().toNanos());
    return (int) Math.max(0, Math.min(BAR_WIDTH, Math.round((double) BAR_WIDTH * nanos / all)));
  }

  private void totals() {
    lines.add("");
    lines.add(
        "  "
            + (report.succeeded() ? "done after " : "ended after ")
            + PlainText.duration(report.took())
            + usable()
            + ": waited for the cluster "
            + PlainText.duration(report.waited())
            + ", own share "
            + PlainText.duration(report.ownShare())
            + ", "
            + PlainText.count(report.writes(), "write"));
  }

  /** When OpenKruise became of use, where that was in this run: with the end of arming. */
  private String usable() {
    return report.stages().stream()
        .filter(outcome -> outcome.stage() == Stage.ARM && outcome.status() == StageStatus.DONE)
        .filter(outcome -> !outcome.changes().isEmpty())
        .findFirst()
        .map(arm -> ", usable after " + PlainText.duration(arm.startedAfter().plus(arm.took())))
        .orElse("");
  }

  private void notes() {
    for (StageOutcome outcome : report.stages()) {
      if (outcome.status() != StageStatus.SKIPPED) {
        outcome
            .notes()
            .forEach(note -> lines.add("  " + outcome.stage() + ": " + PlainText.oneLine(note)));
      }
    }
  }

  private void degraded() {
    report.degraded().forEach(line -> lines.add("  degraded: " + PlainText.oneLine(line)));
  }

  private void failure() {
    Failure failure = report.failure();
    if (failure != null) {
      lines.add("");
      lines.add("Failure");
      failure.render().lines().forEach(line -> lines.add("  " + line));
    }
  }

  private static String status(StageStatus status) {
    return switch (status) {
      case DONE -> "ok";
      case DEGRADED -> "degraded";
      case FAILED -> "FAILED";
      case SKIPPED -> "-";
    };
  }
}
