package io.github.kruiseinstaller.customize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Expects the one exception of this package. */
final class Refusals {
  private Refusals() {}

  /** Runs a call that must be refused, and gives the failure. */
  static Failure refused(ThrowingCallable call) {
    InstallException thrown = catchThrowableOfType(InstallException.class, call);
    assertThat(thrown).as("an InstallException").isNotNull();
    Failure failure = thrown.failure();
    assertThat(failure.code()).isEqualTo(FailureCode.OPTION_INVALID);
    assertThat(failure.message()).endsWith(".");
    assertThat(failure.remedy()).isNotBlank();
    return failure;
  }
}
