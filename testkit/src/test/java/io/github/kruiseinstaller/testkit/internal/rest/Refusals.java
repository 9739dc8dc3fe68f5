package io.github.kruiseinstaller.testkit.internal.rest;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refused call says. */
final class Refusals {
  private Refusals() {}

  static StatusException refusal(ThrowingCallable call) {
    StatusException refusal = catchThrowableOfType(StatusException.class, call);
    if (refusal == null) {
      throw new AssertionError("was not refused");
    }
    return refusal;
  }

  /** Code, reason and message on one line. */
  static String text(ThrowingCallable call) {
    StatusException refusal = refusal(call);
    return refusal.code() + " " + refusal.reason() + " " + refusal.getMessage();
  }
}
