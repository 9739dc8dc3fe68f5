package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;

/** Numbers that may be percentages. */
final class Scaled {
  /** What a CloneSet may lack while it is updated, when it does not say. */
  static final JsonNode DEFAULT_UNAVAILABLE = Json.text("20%");

  /** None. */
  static final JsonNode NONE = Json.text("0%");

  private Scaled() {}

  /** The number, or the percentage of a total, rounded up; the other one when it is missing. */
  static int up(JsonNode value, int total, JsonNode absent) {
    if (value.isIntegralNumber()) {
      return value.intValue();
    }
    String text = value.isTextual() ? value.textValue() : absent.textValue();
    try {
      int percent = Integer.parseInt(text.replaceFirst("%$", ""));
      return text.endsWith("%") ? (int) Math.ceil(percent * total / 100.0) : percent;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
