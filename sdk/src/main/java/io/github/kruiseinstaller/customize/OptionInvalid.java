package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;

/** Makes the one exception of this package: what is wrong with which option, and how to mend it. */
final class OptionInvalid {
  private OptionInvalid() {}

  /** A value that cannot be right for any release. */
  static InstallException value(String option, String problem, String remedy) {
    return new InstallException(
        Failure.of(FailureCode.OPTION_INVALID, option + ": " + problem + ".", remedy));
  }
}
