package io.github.kruiseinstaller.report;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.InstallException;
import org.jspecify.annotations.Nullable;

/**
 * A repair that could not be finished. Once its stage {@code disarm} is done, Pods are admitted all
 * the same. One that failed before that (the cluster cannot be reached, the lock is held, the plan
 * is stale, permissions are missing, it was cancelled) has changed nothing; the report's run tells
 * which.
 */
public class RepairFailedException extends InstallException {
  private static final long serialVersionUID = 1L;

  private final transient RepairReport report;

  /** A failed repair. */
  public RepairFailedException(Failure failure, RepairReport report, @Nullable Throwable cause) {
    super(failure, cause);
    this.report = report;
  }

  /** What was done, and what is left to a person. */
  public RepairReport report() {
    return report;
  }
}
