package io.github.kruiseinstaller.examples.provisioning;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.RepairFailedException;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.uninstall.UninstallFailedException;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a run has ended.
 *
 * @param state {@code succeeded}, {@code failed} or {@code cancelled}
 * @param at when
 * @param report the verb's own report as JSON, which takes less room, or null when there is none
 * @param failure why it did not succeed, or null
 */
record Outcome(String state, Instant at, @Nullable String report, @Nullable Failure failure) {
  /** What an operation has returned or thrown. */
  static Outcome of(@Nullable Object returned, @Nullable Throwable thrown) {
    if (thrown == null) {
      return new Outcome("succeeded", Instant.now(), report(returned), null);
    }
    Failure failure =
        thrown instanceof InstallException known
            ? known.failure()
            : Failure.of(FailureCode.INTERNAL, "unexpected: " + thrown, "Please report it.");
    String state = failure.code() == FailureCode.CANCELLED ? "cancelled" : "failed";
    return new Outcome(state, Instant.now(), report(thrown), failure);
  }

  /** For the log: the state, and the code of a failure. */
  @Override
  public String toString() {
    return failure == null ? state : state + ": " + failure.code().id();
  }

  /** The three verbs' reports have no type in common, and neither has what carries them. */
  private static @Nullable String report(@Nullable Object end) {
    if (end instanceof InstallReport report) {
      return report.toJson();
    } else if (end instanceof InstallFailedException failed) {
      return failed.report().toJson();
    } else if (end instanceof RepairReport report) {
      return report.toJson();
    } else if (end instanceof RepairFailedException failed) {
      return failed.report().toJson();
    } else if (end instanceof UninstallReport report) {
      return report.toJson();
    } else if (end instanceof UninstallFailedException failed) {
      return failed.report().toJson();
    }
    return null;
  }
}
