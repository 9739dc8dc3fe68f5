package io.github.kruiseinstaller.internal.text;

import java.time.Duration;
import java.util.Locale;

/** Small pieces of text for people, the same on every platform and in every locale. */
public final class PlainText {
  private static final int SHORT_DIGEST = 12;

  private PlainText() {}

  /**
   * A text that came from elsewhere, on one line: control characters, which could move the cursor
   * of a terminal or forge a second log line, become spaces.
   */
  public static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.strip()
        .codePoints()
        .map(character -> isUnprintable(character) ? ' ' : character)
        .forEach(line::appendCodePoint);
    return line.toString();
  }

  /** The text on one line, cut to at most {@code length} characters with dots at its end. */
  public static String atMost(int length, String text) {
    String line = oneLine(text);
    if (line.length() <= length) {
      return line;
    }
    int end = Math.max(0, length - 3);
    if (end > 0 && Character.isHighSurrogate(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(0, end) + "...";
  }

  /** A duration as a person says it: {@code 7 ms}, {@code 3.2 s}, {@code 4 min 05 s}. */
  public static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1000) {
      return millis + " ms";
    }
    long tenths = (millis + 50) / 100;
    if (tenths < 600) {
      return String.format(Locale.ROOT, "%d.%d s", tenths / 10, tenths % 10);
    }
    long seconds = (millis + 500) / 1000;
    return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
  }

  /** The first characters of a digest, enough to tell two apart by eye. */
  public static String shortDigest(String digest) {
    return digest.length() <= SHORT_DIGEST ? digest : digest.substring(0, SHORT_DIGEST);
  }

  /** A number with its noun: {@code 1 write}, {@code 2 writes}. */
  public static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  private static boolean isUnprintable(int character) {
    int type = Character.getType(character);
    return type == Character.CONTROL
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.FORMAT;
  }
}
