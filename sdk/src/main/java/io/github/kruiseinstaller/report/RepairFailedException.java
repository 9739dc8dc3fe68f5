package io.github.kruiseinstaller.report;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.InstallException;
import org.jspecify.annotations.Nullable;

/** A repair that could not be finished. The cluster admits Pods all the same. */
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
