package io.github.kruiseinstaller.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that this library throws on purpose. Unchecked; carries a {@link Failure}.
 */
public class InstallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  /** A failure. */
  public InstallException(Failure failure) {
    this(failure, null);
  }

  /** A failure with the exception that caused it. */
  public InstallException(Failure failure, @Nullable Throwable cause) {
    super(failure.render(), cause);
    this.failure = failure;
  }

  /** What happened, with evidence and remedy. */
  public Failure failure() {
    return failure;
  }
}
