package io.github.kruiseinstaller.testkit;

import io.github.kruiseinstaller.testkit.internal.controller.Delays;
import io.github.kruiseinstaller.testkit.internal.kruise.KruiseBehavior;

/** How long things take in a simulated cluster. */
public enum Pace {
  /** A few milliseconds each: for tests that wait for outcomes only. */
  FAST(Delays.fast(), KruiseBehavior.FAST),
  /** As on a small, idle cluster with local images: some ten seconds until OpenKruise is ready. */
  REALISTIC(Delays.realistic(), KruiseBehavior.REALISTIC);

  private final Delays delays;
  private final KruiseBehavior behavior;

  Pace(Delays delays, KruiseBehavior behavior) {
    this.delays = delays;
    this.behavior = behavior;
  }

  Delays delays() {
    return delays;
  }

  KruiseBehavior behavior() {
    return behavior;
  }
}
