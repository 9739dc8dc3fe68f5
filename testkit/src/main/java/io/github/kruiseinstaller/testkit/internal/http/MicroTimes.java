package io.github.kruiseinstaller.testkit.internal.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times with microseconds, as Leases have them. */
final class MicroTimes {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private MicroTimes() {}

  /** With all six digits. */
  static String text(Instant time) {
    return FORMAT.format(time);
  }
}
