package io.github.kruiseinstaller.internal.text;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads amounts as Kubernetes writes them: {@code 100m}, {@code 512Mi}, {@code 1e3}. */
public final class Quantity {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<number>[0-9]+(\\.[0-9]*)?|\\.[0-9]+)"
              + "((?<unit>[numkMGTPE]|[KMGTPE]i)|[eE](?<exponent>[-+]?[0-9]{1,2}))?");
  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
  private static final Map<String, Integer> DECIMAL =
      Map.of("n", -9, "u", -6, "m", -3, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
  private static final String BINARY = "KMGTPE";

  private Quantity() {}

  /** The amount, or null when the text is not an amount or is negative. */
  public static @Nullable BigDecimal parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    BigDecimal number = new BigDecimal(matcher.group("number"));
    String exponent = matcher.group("exponent");
    if (exponent != null) {
      return number.scaleByPowerOfTen(Integer.parseInt(exponent));
    }
    String unit = matcher.group("unit");
    if (unit == null) {
      return number;
    }
    Integer power = DECIMAL.get(unit);
    return power == null
        ? number.multiply(KIBI.pow(BINARY.indexOf(unit.charAt(0)) + 1))
        : number.scaleByPowerOfTen(power);
  }
}
