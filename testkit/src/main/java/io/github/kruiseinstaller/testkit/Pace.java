package io.github.kruiseinstaller.testkit;

import io.github.kruiseinstaller.testkit.internal.controller.Delays;
import io.github.kruiseinstaller.testkit.internal.kruise.KruiseBehavior;

/** How long things take in a simulated cluster. */
public enum Pace {
  /** A few milliseconds each: for tests that wait for outcomes only. */
  FAST,
  /** As on a small, idle cluster with local images: some ten seconds until OpenKruise is ready. */
  REALISTIC;

  Delays delays(double speed) {
    return this == FAST ? Delays.fast(speed) : Delays.realistic();
  }

  KruiseBehavior behavior() {
    return this == FAST ? KruiseBehavior.FAST : KruiseBehavior.REALISTIC;
  }
}
