package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.report.InstallReport;
import java.io.PrintStream;

/** Progress, then the result as text. */
final class TextView implements View {
  private final Progress progress;
  private final PrintStream out;

  TextView(Progress progress, PrintStream out) {
    this.progress = progress;
    this.out = out;
  }

  @Override
  public void onEvent(InstallEvent event) {
    progress.onEvent(event);
  }

  @Override
  public void plan(InstallPlan plan) {
    progress.close();
    out.print(plan.render());
  }

  @Override
  public void report(InstallReport report) {
    progress.close();
    out.println();
    out.print(report.render());
  }

  @Override
  public void result(String text, String json) {
    progress.close();
    out.print(text);
  }

  @Override
  public void failure(Failure failure) {
    progress.close();
    out.println(failure.render());
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
