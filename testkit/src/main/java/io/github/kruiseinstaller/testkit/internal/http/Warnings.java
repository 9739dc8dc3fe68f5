package io.github.kruiseinstaller.testkit.internal.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Warnings as headers: each once, and shortened where they would become too many. */
final class Warnings {
  private static final int MOST = 4 * 1024;
  private static final int MOST_OF_ONE = 256;

  private final Set<String> texts = new LinkedHashSet<>();
  private final List<String> headers = new ArrayList<>();
  private int written;
  private boolean truncating;

  private Warnings() {}

  /** The values of the headers. */
  static List<String> headers(List<String> texts) {
    Warnings warnings = new Warnings();
    texts.forEach(warnings::add);
    return warnings.headers;
  }

  private void add(String text) {
    boolean full = truncating && written >= MOST;
    if (text.isEmpty() || full || !texts.add(text)) {
      return;
    }
    if (!truncating && !isHeader(text)) {
      return;
    }
    if (!truncating && written + length(text) > MOST) {
      truncating = true;
      written = 0;
      headers.clear();
      texts.forEach(this::write);
    } else {
      write(text);
    }
  }

  private void write(String text) {
    String value =
        truncating && length(text) > MOST_OF_ONE
            ? text.substring(0, text.offsetByCodePoints(0, MOST_OF_ONE))
            : text;
    if (isHeader(value)) {
      written += length(value);
      headers.add("299 - \"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
    }
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** What a header cannot hold is not told of. */
  private static boolean isHeader(String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }
}
