package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.kind.Quantities;
import java.math.BigDecimal;

/**
 * An amount of something.
 *
 * @param text as it is written
 * @param value in whole units
 */
record Quantity(String text, BigDecimal value) implements Comparable<Quantity> {
  /**
   * Reads a text or number.
   *
   * @throws NumberFormatException when it is no quantity
   */
  static Quantity of(JsonNode node) {
    String text = node.asText();
    return new Quantity(
        text,
        Quantities.value(text)
            .orElseThrow(() -> new NumberFormatException("not a quantity: " + text)));
  }

  @Override
  public int compareTo(Quantity other) {
    return value.compareTo(other.value);
  }
}
