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
  static final Quantity ZERO = new Quantity("0", BigDecimal.ZERO);
  static final Quantity ONE = new Quantity("1", BigDecimal.ONE);

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

  /** The sum, in units like this one's. */
  Quantity plus(Quantity other) {
    return isZero() ? other : with(value.add(other.value));
  }

  /** What this is more than another; nothing when it is less. */
  Quantity beyond(Quantity other) {
    return with(value.subtract(other.value).max(BigDecimal.ZERO));
  }

  private Quantity with(BigDecimal amount) {
    return new Quantity(Quantities.text(amount, text), amount);
  }

  boolean isZero() {
    return value.signum() == 0;
  }

  @Override
  public int compareTo(Quantity other) {
    return value.compareTo(other.value);
  }
}
