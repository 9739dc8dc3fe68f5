package io.github.kruiseinstaller.uninstall;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.InstallException;
import org.jspecify.annotations.Nullable;

/**
 * An uninstallation that was refused, failed, timed out or was cancelled. Carries the report of
 * what was and was not done; running it again goes on from there.
 */
public class UninstallFailedException extends InstallException {
  private static final long serialVersionUID = 1L;

  private final transient UninstallReport report;

  /** A failed uninstallation. */
  public UninstallFailedException(
      Failure failure, UninstallReport report, @Nullable Throwable cause) {
    super(failure, cause);
    this.report = report;
  }

  /** What was done, what failed and what was not started. */
  public UninstallReport report() {
    return report;
  }
}
