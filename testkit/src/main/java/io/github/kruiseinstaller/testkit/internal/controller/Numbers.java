package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Counts in a status, and shares of a count. */
final class Numbers {
  private Numbers() {}

  /** Go's {@code omitempty}. */
  static void putUnlessZero(ObjectNode node, String field, long value) {
    if (value == 0) {
      node.remove(field);
    } else {
      node.put(field, value);
    }
  }

  /** A number, or a percentage of a total rounded up or down. */
  static long share(JsonNode value, long absent, long total, boolean up) {
    if (value.isIntegralNumber()) {
      return value.longValue();
    }
    String text = value.asText();
    if (!text.matches("\\d{1,6}%")) {
      return absent;
    }
    long hundredths = Long.parseLong(text.substring(0, text.length() - 1)) * total;
    return up ? (hundredths + 99) / 100 : hundredths / 100;
  }
}
