package io.github.kruiseinstaller.testkit.internal.controller;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as objects hold them. */
final class Stamps {
  private Stamps() {}

  /** To the second, as {@code metav1.Time} is written. */
  static String of(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
