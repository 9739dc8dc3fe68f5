package io.github.kruiseinstaller.internal.engine;

/** The run's deadline passed while the release was loaded. */
final class ReleaseTimeoutException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what the source threw when it was interrupted. */
  ReleaseTimeoutException(Throwable thrown) {
    super("the deadline passed while the release was loaded", thrown);
  }
}
