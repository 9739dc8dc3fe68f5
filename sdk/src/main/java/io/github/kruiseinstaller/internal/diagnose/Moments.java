package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.internal.ownership.ManagedEntry;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.Conditions;
import io.github.kruiseinstaller.model.Manifest;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Since when something is so, as far as objects tell. */
final class Moments {
  private static final int LONGEST = 600;

  private Moments() {}

  /** When an event was first seen, or null. */
  static @Nullable Instant firstSeen(Manifest event) {
    return Stream.of(
            event.text("firstTimestamp"),
            event.text("eventTime"),
            event.text("metadata", "creationTimestamp"))
        .map(Moments::parse)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** Newest first. */
  static Comparator<Manifest> newestFirst() {
    return Comparator.comparing(
            (Manifest event) ->
                Stream.of(
                        event.text("series", "lastObservedTime"),
                        event.text("lastTimestamp"),
                        event.text("eventTime"),
                        event.text("metadata", "creationTimestamp"))
                    .map(Moments::parse)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(Instant.MIN))
        .reversed();
  }

  /** An event as {@code Reason: message}. */
  static String text(Manifest event) {
    return PlainText.atMost(
        LONGEST,
        "event of "
            + event.text("involvedObject", "kind")
            + " "
            + event.text("involvedObject", "name")
            + ": "
            + event.text("reason")
            + ": "
            + event.text("message"));
  }

  /** When a condition became what it is, or null. */
  static @Nullable Instant condition(Manifest object, String type) {
    return Conditions.find(object, type)
        .map(condition -> parse(Trees.text(condition, "lastTransitionTime")))
        .orElse(null);
  }

  /**
   * When a field was last written, as the newest entry of its field managers says; null when that
   * does not tell.
   *
   * @param path names such as {@code spec}, {@code replicas}
   */
  static @Nullable Instant written(Manifest object, String... path) {
    return ManagedEntry.of(object).stream()
        .filter(entry -> entry.fields().reaches(path))
        .map(entry -> parse(entry.time()))
        .filter(Objects::nonNull)
        .max(Instant::compareTo)
        .orElse(null);
  }

  /** A time of the API, or null when it is none. */
  static @Nullable Instant parse(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
