package io.github.kruiseinstaller.internal.yaml;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What a scalar means, as Kubernetes' own tools read it (sigs.k8s.io/yaml, which is YAML 1.1
 * without timestamps and sexagesimals): {@code yes}, {@code on} and {@code y} are booleans, {@code
 * 0777} is octal, {@code 1_000} is a thousand, {@code 12:30} and {@code 2001-01-01} are texts.
 *
 * <p>Numbers keep all their digits where the tools above would round them to 64 bits.
 */
final class ScalarRules {
  private static final Set<String> TRUE =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSE =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
  private static final Pattern NOT_FINITE =
      Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern WITH_RADIX =
      Pattern.compile("([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]+)");
  private static final Pattern PLAIN_INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]*)");

  /** Beyond this, a whole number that is written as a decimal stays one, to bound its size. */
  private static final BigDecimal WHOLE_LIMIT = new BigDecimal("1e21");

  private static final BigInteger UNSIGNED_LIMIT = BigInteger.ONE.shiftLeft(64);
  private static final BigInteger SIGNED_LIMIT = BigInteger.ONE.shiftLeft(63).negate();

  /** No number in a manifest is longer, and longer ones take quadratic time to parse. */
  private static final int MAX_DIGITS = 400;

  private ScalarRules() {}

  /** Whether an unquoted scalar is null. */
  static boolean isNull(String text) {
    return NULL.contains(text);
  }

  /**
   * The value of an unquoted scalar without a tag.
   *
   * @throws IllegalArgumentException when JSON has no such value
   */
  static @Nullable Object plain(String text) {
    if (NULL.contains(text)) {
      return null;
    }
    if (TRUE.contains(text)) {
      return true;
    }
    if (FALSE.contains(text)) {
      return false;
    }
    if (NOT_FINITE.matcher(text).matches()) {
      throw new IllegalArgumentException("infinity and not-a-number are no values of JSON");
    }
    char first = text.charAt(0);
    boolean numberLike = first == '+' || first == '-' || first == '.' || isDigit(first);
    return numberLike && text.length() <= MAX_DIGITS ? number(text, first) : text;
  }

  /**
   * The value of a scalar with an explicit tag.
   *
   * @throws IllegalArgumentException when the text does not fit the tag
   */
  static @Nullable Object tagged(Tag tag, String text) {
    if (tag.equals(Tag.BINARY)) {
      return binary(text);
    }
    boolean typed =
        tag.equals(Tag.NULL)
            || tag.equals(Tag.BOOL)
            || tag.equals(Tag.INT)
            || tag.equals(Tag.FLOAT);
    if (!typed) {
      // Texts, timestamps and vendors' own tags: the tools above read them all as text.
      return text;
    }
    Object value = plain(text);
    boolean fits =
        (tag.equals(Tag.NULL) && value == null)
            || (tag.equals(Tag.BOOL) && value instanceof Boolean)
            || (tag.equals(Tag.INT) && (value instanceof Long || value instanceof BigInteger))
            || (tag.equals(Tag.FLOAT) && value instanceof Number);
    if (!fits) {
      throw new IllegalArgumentException("the value does not fit its tag " + tag.getValue());
    }
    return value;
  }

  private static Object number(String text, char first) {
    String digits = first == '.' ? text : text.replace("_", "");
    if (PLAIN_INTEGER.matcher(digits).matches()) {
      return narrow(new BigInteger(digits));
    }
    Object whole = withRadix(digits);
    if (whole != null) {
      return whole;
    }
    return DECIMAL.matcher(digits).matches() ? decimal(digits, text) : text;
  }

  /** A hexadecimal, binary or octal number, or null when it is none or has more than 64 bits. */
  private static @Nullable Object withRadix(String digits) {
    var matcher = WITH_RADIX.matcher(digits);
    if (!matcher.matches()) {
      return null;
    }
    String body = matcher.group(2).toLowerCase(Locale.ROOT);
    BigInteger value;
    if (body.startsWith("0x")) {
      value = new BigInteger(body.substring(2), 16);
    } else if (body.startsWith("0b")) {
      value = new BigInteger(body.substring(2), 2);
    } else {
      value = new BigInteger(body.replace("o", ""), 8);
    }
    if (matcher.group(1).equals("-")) {
      value = value.negate();
    }
    boolean fits = value.compareTo(UNSIGNED_LIMIT) < 0 && value.compareTo(SIGNED_LIMIT) >= 0;
    return fits ? narrow(value) : null;
  }

  private static Object decimal(String digits, String text) {
    double rounded = Double.parseDouble(digits);
    if (Double.isInfinite(rounded)) {
      return text;
    }
    if (rounded == 0) {
      return 0L;
    }
    BigDecimal exact = new BigDecimal(digits).stripTrailingZeros();
    // 1.0 and 1e3 go to the API server as 1 and 1000: a field of whole numbers takes nothing else.
    boolean whole = exact.scale() <= 0 && exact.abs().compareTo(WHOLE_LIMIT) < 0;
    return whole ? narrow(exact.toBigIntegerExact()) : exact;
  }

  private static Number narrow(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
  }

  private static String binary(String text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text.replaceAll("\\s", ""));
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw new IllegalArgumentException("the !!binary value is not a text in base64", e);
    }
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }
}
