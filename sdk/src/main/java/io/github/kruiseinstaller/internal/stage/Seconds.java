package io.github.kruiseinstaller.internal.stage;

import java.time.Duration;
import java.util.Locale;

/** Durations as people read them. */
final class Seconds {
  private Seconds() {}

  static String of(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
