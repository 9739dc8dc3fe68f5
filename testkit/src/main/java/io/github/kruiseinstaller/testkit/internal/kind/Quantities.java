package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers with a unit, such as {@code 100m} and {@code 1.5Gi}. */
public final class Quantities {
  private static final Pattern FORM =
      Pattern.compile("([+-]?(?:\\d+\\.?\\d*|\\.\\d+))([KMGTPE]i|[numkMGTPE]|[eE][+-]?\\d+)?");
  private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
  private static final Map<String, Integer> DECIMAL =
      Map.of("n", -9, "u", -6, "m", -3, "", 0, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);

  private Quantities() {}

  /** The value; empty when it is no quantity. */
  public static Optional<BigDecimal> value(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    String suffix = matcher.group(2) == null ? "" : matcher.group(2);
    if (suffix.endsWith("i")) {
      return Optional.of(number.multiply(binaryUnit(suffix)));
    }
    return Optional.of(number.scaleByPowerOfTen(exponent(suffix)));
  }

  private static BigDecimal binaryUnit(String suffix) {
    return BigDecimal.valueOf(1024).pow(BINARY.indexOf(suffix));
  }

  private static int exponent(String suffix) {
    Integer power = DECIMAL.get(suffix);
    return power != null ? power : Integer.parseInt(suffix.substring(1));
  }

  /**
   * The form in which the API server writes it: the largest unit without a fraction, finer than a
   * nano rounded up.
   *
   * @throws GoReader.TypeMismatch when it is no quantity
   */
  static JsonNode canonical(JsonNode node) {
    String text = node.asText();
    BigDecimal value =
        value(text)
            .orElseThrow(
                () ->
                    new GoReader.TypeMismatch(
                        "quantities must match the regular expression"
                            + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"))
            .setScale(9, RoundingMode.UP);
    return Json.text(text(value, text));
  }

  /** An amount as the API server writes it, in units of the sort that another text has. */
  public static String text(BigDecimal amount, String like) {
    BigDecimal value = amount.stripTrailingZeros();
    if (value.signum() == 0) {
      return "0";
    }
    if (like.endsWith("i") && value.abs().compareTo(BigDecimal.valueOf(1024)) >= 0) {
      Optional<String> binary = inBinaryUnits(value);
      if (binary.isPresent()) {
        return binary.get();
      }
    }
    return inDecimalUnits(value, like.matches(".*[eE][+-]?\\d+"));
  }

  private static Optional<String> inBinaryUnits(BigDecimal value) {
    if (value.stripTrailingZeros().scale() > 0) {
      return Optional.empty();
    }
    BigDecimal rest = value;
    int unit = 0;
    BigDecimal step = BigDecimal.valueOf(1024);
    while (unit < BINARY.size() - 1 && rest.remainder(step).signum() == 0) {
      rest = rest.divideToIntegralValue(step);
      unit++;
    }
    return Optional.of(rest.toBigInteger() + BINARY.get(unit));
  }

  private static String inDecimalUnits(BigDecimal value, boolean exponent) {
    for (int power = 18; power >= -9; power -= 3) {
      BigDecimal shifted = value.scaleByPowerOfTen(-power).stripTrailingZeros();
      if (shifted.scale() <= 0) {
        return shifted.toBigInteger() + (exponent ? exponentSuffix(power) : suffix(power));
      }
    }
    return value.toPlainString();
  }

  private static String exponentSuffix(int power) {
    return power == 0 ? "" : "e" + power;
  }

  private static String suffix(int power) {
    return DECIMAL.entrySet().stream()
        .filter(unit -> unit.getValue() == power)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }
}
