package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.event.InstallListener;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.report.InstallReport;

/** Shows progress while a run goes on, then its one result. */
interface View extends InstallListener, AutoCloseable {
  /** What would be done. */
  void plan(InstallPlan plan);

  /** What was done, in success or failure. */
  void report(InstallReport report);

  /** What was found out: for people, and as JSON. */
  void result(String text, String json);

  /** Why there is neither plan nor report. */
  void failure(Failure failure);

  /** A line for people, after the result. */
  void note(String text);

  @Override
  void close();
}
