package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/** How long ago something was, as kubectl shows it. */
final class Ages {
  private static final String UNKNOWN = "<unknown>";

  private Ages() {}

  /** The object's age. */
  static String of(JsonNode object, Instant now) {
    return since(Nodes.textOrEmpty(object, "metadata", "creationTimestamp"), now);
  }

  /** The time since then; {@code <unknown>} for an empty one. */
  static String since(String time, Instant now) {
    if (time.isEmpty()) {
      return UNKNOWN;
    }
    try {
      return human(Duration.between(Instant.parse(time), now));
    } catch (DateTimeParseException e) {
      return "<invalid>";
    }
  }

  /** {@code 59s}, {@code 4m10s}, {@code 3d2h}. */
  static String human(Duration duration) {
    // As in Go, a fraction of a second is cut off towards zero.
    long seconds = duration.toMillis() / 1000;
    if (seconds < -1) {
      return "<invalid>";
    } else if (seconds < 0) {
      return "0s";
    } else if (seconds < 120) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    long hours = minutes / 60;
    long days = hours / 24;
    if (minutes < 10) {
      return both(minutes, "m", seconds % 60, "s");
    } else if (minutes < 180) {
      return minutes + "m";
    } else if (hours < 8) {
      return both(hours, "h", minutes % 60, "m");
    } else if (hours < 48) {
      return hours + "h";
    } else if (days < 8) {
      return both(days, "d", hours % 24, "h");
    } else if (days < 365 * 2) {
      return days + "d";
    } else if (days < 365 * 8) {
      return both(days / 365, "y", days % 365, "d");
    }
    return days / 365 + "y";
  }

  private static String both(long large, String unit, long small, String smallUnit) {
    return large + unit + (small == 0 ? "" : small + smallUnit);
  }
}
