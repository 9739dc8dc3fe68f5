package io.github.kruiseinstaller.report;

import io.github.kruiseinstaller.error.InstallException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run that failed, timed out or was cancelled. Carries the report of what was and was not done.
 */
public class InstallFailedException extends InstallException {
  private static final long serialVersionUID = 1L;

  private final transient InstallReport report;

  /** A failed run; the report must hold the failure. */
  public InstallFailedException(InstallReport report, @Nullable Throwable cause) {
    super(Objects.requireNonNull(report.failure(), "failure"), cause);
    this.report = report;
  }

  /** What was done, what failed and what was not started. */
  public InstallReport report() {
    return report;
  }
}
