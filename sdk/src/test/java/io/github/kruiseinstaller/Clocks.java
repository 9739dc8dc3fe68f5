package io.github.kruiseinstaller;

import io.github.kruiseinstaller.internal.retry.Time;

/** Gives installers other clocks, which is nobody's business but the tests'. */
public final class Clocks {
  private Clocks() {}

  /** The same builder, of installers that go by {@code time}. */
  public static OpenKruiseInstaller.Builder in(OpenKruiseInstaller.Builder builder, Time time) {
    return builder.time(time);
  }
}
