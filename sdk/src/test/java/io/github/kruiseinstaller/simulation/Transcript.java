package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import java.io.PrintWriter;
import java.io.StringWriter;

/** All that a run says to its caller, as text. Thread-safe. */
final class Transcript implements InstallListener {
  private final StringBuilder text = new StringBuilder();

  @Override
  public void onEvent(InstallEvent event) {
    say(event.toString());
    say(event.toJson());
    if (event instanceof InstallEvent.Planned planned) {
      plan(planned.plan());
    }
  }

  /** Takes a plan in. */
  void plan(InstallPlan plan) {
    say(plan.render());
    say(plan.toJson());
  }

  /** Takes a report in. */
  void report(InstallReport report) {
    say(report.render());
    say(report.toJson());
  }

  /** Takes an exception in, with its causes and what it has suppressed. */
  void failure(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    say(trace.toString());
    if (thrown instanceof InstallException failed) {
      say(failed.failure().render());
      say(failed.failure().toJson());
      say(failed.failure().toString());
    }
    if (thrown instanceof InstallFailedException failed) {
      report(failed.report());
    }
  }

  /** Takes any other text in. */
  synchronized void say(String line) {
    text.append(line).append('\n');
  }

  @Override
  public synchronized String toString() {
    return text.toString();
  }
}
