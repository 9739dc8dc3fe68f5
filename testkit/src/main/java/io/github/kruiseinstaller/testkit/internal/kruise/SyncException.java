package io.github.kruiseinstaller.testkit.internal.kruise;

/** Why a sync failed, in the manager's words. */
final class SyncException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SyncException(String message) {
    super(message);
  }

  SyncException(String message, Throwable cause) {
    super(message, cause);
  }
}
