package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Stage;
import org.jspecify.annotations.Nullable;

/** An interrupt while a release is loaded. */
final class Interruption {
  private Interruption() {}

  /** The failure to throw; the caller has set the thread's interrupt flag again. */
  static InstallException cancelled(String source, @Nullable Throwable cause) {
    return new InstallException(
        Failure.of(
                FailureCode.CANCELLED,
                "the thread was interrupted while loading " + source,
                "Run it again; nothing was written.")
            .in(Stage.LOAD),
        cause);
  }

  /** Throws when the thread is interrupted; leaves the flag set. */
  static void check(String source) {
    if (Thread.currentThread().isInterrupted()) {
      throw cancelled(source, null);
    }
  }
}
