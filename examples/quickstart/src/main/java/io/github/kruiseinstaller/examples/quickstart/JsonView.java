package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.report.InstallReport;
import java.io.PrintStream;

/**
 * A JSON object per line: the events, then the plan or the report, or {@code {"failure": ...}} when
 * there is neither. Progress for people goes elsewhere.
 */
final class JsonView implements View {
  private final Progress progress;
  private final PrintStream out;

  JsonView(Progress progress, PrintStream out) {
    this.progress = progress;
    this.out = out;
  }

  @Override
  public void onEvent(InstallEvent event) {
    progress.onEvent(event);
    out.println(event.toJson());
  }

  @Override
  public void plan(InstallPlan plan) {
    out.println(plan.toJson());
  }

  @Override
  public void report(InstallReport report) {
    out.println(report.toJson());
  }

  @Override
  public void result(String text, String json) {
    out.println(json);
  }

  @Override
  public void failure(Failure failure) {
    out.println("{\"failure\":" + failure.toJson() + "}");
  }

  @Override
  public void note(String text) {
    progress.note(text);
  }

  @Override
  public void close() {
    progress.close();
  }
}
