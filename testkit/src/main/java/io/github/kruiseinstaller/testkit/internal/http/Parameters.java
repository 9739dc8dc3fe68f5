package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The parameters of a query, read as the API server reads them. Immutable. */
final class Parameters {
  private final Map<String, List<String>> values = new LinkedHashMap<>();

  /** Reads a raw query, without the question mark. */
  Parameters(String query) {
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String key = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        values.computeIfAbsent(key, ignored -> new ArrayList<>()).add(value);
      }
    }
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** Whether it is there. */
  boolean has(String key) {
    return values.containsKey(key);
  }

  /** All its values. */
  List<String> all(String key) {
    return values.getOrDefault(key, List.of());
  }

  /** Its first value, or empty. */
  String text(String key) {
    List<String> all = all(key);
    return all.isEmpty() ? "" : all.get(0);
  }

  /** A truth value: whatever is neither {@code false} nor {@code 0} is true. */
  Optional<Boolean> flag(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    String value = text(key).toLowerCase(Locale.ROOT);
    return Optional.of(!value.equals("false") && !value.equals("0"));
  }

  /** Whether a truth value is there and true. */
  boolean is(String key) {
    return flag(key).orElse(false);
  }

  /**
   * A whole number.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400 when it is none
   */
  Optional<Long> number(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    String value = text(key);
    try {
      return Optional.of(Long.valueOf(value));
    } catch (NumberFormatException e) {
      boolean digits = value.matches("[+-]?[0-9]+");
      throw Statuses.badRequest(
          "strconv.ParseInt: parsing \""
              + value
              + "\": "
              + (digits ? "value out of range" : "invalid syntax"));
    }
  }
}
