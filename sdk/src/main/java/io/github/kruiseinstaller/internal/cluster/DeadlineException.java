package io.github.kruiseinstaller.internal.cluster;

import org.jspecify.annotations.Nullable;

/** The run's deadline passed before a request succeeded. Holds the last error. */
public final class DeadlineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A passed deadline. */
  public DeadlineException(String message, @Nullable Throwable lastError) {
    super(message, lastError);
  }
}
