package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Map;

/**
 * An amount of something.
 *
 * @param text as it is written
 * @param value in whole units
 */
record Quantity(String text, BigDecimal value) implements Comparable<Quantity> {
  private static final Map<String, BigDecimal> BINARY =
      Map.of(
          "Ki", power(1), "Mi", power(2), "Gi", power(3), "Ti", power(4), "Pi", power(5), "Ei",
          power(6));
  private static final Map<String, Integer> DECIMAL =
      Map.of("n", -9, "u", -6, "m", -3, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);

  private static BigDecimal power(int exponent) {
    return BigDecimal.valueOf(1024).pow(exponent);
  }

  /**
   * Reads a text or number.
   *
   * @throws NumberFormatException when it is no quantity
   */
  static Quantity of(JsonNode node) {
    String text = node.asText();
    for (Map.Entry<String, BigDecimal> unit : BINARY.entrySet()) {
      if (text.endsWith(unit.getKey())) {
        return new Quantity(text, number(text, unit.getKey()).multiply(unit.getValue()));
      }
    }
    for (Map.Entry<String, Integer> unit : DECIMAL.entrySet()) {
      if (text.endsWith(unit.getKey())) {
        return new Quantity(text, number(text, unit.getKey()).scaleByPowerOfTen(unit.getValue()));
      }
    }
    return new Quantity(text, new BigDecimal(text));
  }

  private static BigDecimal number(String text, String unit) {
    return new BigDecimal(text.substring(0, text.length() - unit.length()));
  }

  @Override
  public int compareTo(Quantity other) {
    return value.compareTo(other.value);
  }
}
