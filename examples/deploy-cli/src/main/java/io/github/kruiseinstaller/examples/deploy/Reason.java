package io.github.kruiseinstaller.examples.deploy;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.report.HealthReport;

/**
 * What stands in the way of a release, or why it failed.
 *
 * @param code which kind of reason, stable: a failure's code or a check's id
 * @param what one sentence
 * @param remedy what a person can do about it
 */
record Reason(String code, String what, String remedy) {
  static Reason of(Failure failure) {
    boolean stale = failure.code() == FailureCode.PLAN_STALE;
    return new Reason(
        failure.code().id(),
        failure.message(),
        stale ? "Run this again: it makes a new plan, shows it and asks." : failure.remedy());
  }

  static Reason of(Check check) {
    return new Reason(check.id(), check.summary(), check.remedy());
  }

  /** Why a cluster does not count as working. */
  static Reason of(HealthReport report) {
    return new Reason(
        report.health().id(),
        "OpenKruise is " + report.health().id() + ": " + String.join("; ", report.reasons()),
        report.health() == Health.NOT_INSTALLED
            ? "Install it: apply."
            : "See why, and mend it: diagnose and repair of examples/quickstart/run.");
  }

  /** Two lines. */
  @Override
  public String toString() {
    return what + " [" + code + "]\n  remedy: " + remedy;
  }
}
