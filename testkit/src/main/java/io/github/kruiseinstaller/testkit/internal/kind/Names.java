package io.github.kruiseinstaller.testkit.internal.kind;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The forms of names; each method says what is wrong with one, nothing when it is well-formed. */
final class Names {
  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
  private static final String DNS_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
  private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
  private static final String CONFIG_KEY = "[-._a-zA-Z0-9]+";
  private static final String HEADER = "[-A-Za-z0-9]+";
  private static final String PERCENT = "[0-9]+%";

  private Names() {}

  private static String regex(String message, String regex, String... examples) {
    StringBuilder text = new StringBuilder(message).append(" (e.g. ");
    for (int i = 0; i < examples.length; i++) {
      text.append(i > 0 ? " or " : "").append('\'').append(examples[i]).append("', ");
    }
    return text.append("regex used for validation is '").append(regex).append("')").toString();
  }

  private static String atMost(int length) {
    return "must be no more than " + length + " characters";
  }

  private static boolean matches(String regex, String value) {
    return Pattern.matches(regex, value);
  }

  /** An RFC 1123 label. */
  static List<String> label(String value) {
    List<String> errors = new ArrayList<>();
    if (value.length() > 63) {
      errors.add(atMost(63));
    }
    if (!matches(LABEL, value)) {
      errors.add(
          matches(SUBDOMAIN, value)
              ? "must not contain dots"
              : regex(
                  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters"
                      + " or '-', and must start and end with an alphanumeric character",
                  LABEL,
                  "my-name",
                  "123-abc"));
    }
    return errors;
  }

  /** An RFC 1123 subdomain. */
  static List<String> subdomain(String value) {
    List<String> errors = new ArrayList<>();
    if (value.length() > 253) {
      errors.add(atMost(253));
    }
    if (!matches(SUBDOMAIN, value)) {
      errors.add(
          regex(
              "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                  + " '-' or '.', and must start and end with an alphanumeric character",
              SUBDOMAIN,
              "example.com"));
    }
    return errors;
  }

  /** A DNS-1035 label. */
  static List<String> dns1035(String value) {
    List<String> errors = new ArrayList<>();
    if (value.length() > 63) {
      errors.add(atMost(63));
    }
    if (!matches(DNS_1035, value)) {
      errors.add(
          regex(
              "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start"
                  + " with an alphabetic character, and end with an alphanumeric character",
              DNS_1035,
              "my-name",
              "abc-123"));
    }
    return errors;
  }

  /** What may stand in a path: the names of RBAC objects. */
  static List<String> pathSegment(String value) {
    if (value.equals(".") || value.equals("..")) {
      return List.of("may not be '" + value + "'");
    }
    List<String> errors = new ArrayList<>();
    for (String illegal : List.of("/", "%")) {
      if (value.contains(illegal)) {
        errors.add("may not contain '" + illegal + "'");
      }
    }
    return errors;
  }

  /** A key of a label or annotation, a finalizer. */
  static List<String> qualified(String value) {
    List<String> errors = new ArrayList<>();
    String[] parts = value.split("/", -1);
    if (parts.length > 2) {
      return List.of(
          "a qualified name "
              + qualifiedForm()
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }
    String name = parts[parts.length - 1];
    if (parts.length == 2 && parts[0].isEmpty()) {
      errors.add("prefix part must be non-empty");
    } else if (parts.length == 2) {
      subdomain(parts[0]).forEach(error -> errors.add("prefix part " + error));
    }
    if (name.isEmpty()) {
      errors.add("name part must be non-empty");
    } else if (name.length() > 63) {
      errors.add("name part " + atMost(63));
    }
    if (!matches(QUALIFIED, name)) {
      errors.add("name part " + qualifiedForm());
    }
    return errors;
  }

  private static String qualifiedForm() {
    return regex(
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
            + " alphanumeric character",
        QUALIFIED,
        "MyName",
        "my.name",
        "123-abc");
  }

  /** The value of a label. */
  static List<String> labelValue(String value) {
    List<String> errors = new ArrayList<>();
    if (value.length() > 63) {
      errors.add(atMost(63));
    }
    if (!matches("(" + QUALIFIED + ")?", value)) {
      errors.add(
          regex(
              "a valid label must be an empty string or consist of alphanumeric characters, '-',"
                  + " '_' or '.', and must start and end with an alphanumeric character",
              "(" + QUALIFIED + ")?",
              "MyValue",
              "my_value",
              "12345"));
    }
    return errors;
  }

  /** The name of a port of a container. */
  static List<String> portName(String value) {
    List<String> errors = new ArrayList<>();
    if (value.length() > 15) {
      errors.add(atMost(15));
    }
    if (!matches("[-a-z0-9]+", value)) {
      errors.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if (!matches(".*[a-z].*", value)) {
      errors.add("must contain at least one letter (a-z)");
    }
    if (value.contains("--")) {
      errors.add("must not contain consecutive hyphens");
    }
    if (value.startsWith("-") || value.endsWith("-")) {
      errors.add("must not begin or end with a hyphen");
    }
    return errors;
  }

  /** The number of a port. */
  static List<String> port(long value) {
    return value >= 1 && value <= 65535
        ? List.of()
        : List.of("must be between 1 and 65535, inclusive");
  }

  /** The name of an environment variable. */
  static List<String> env(String value) {
    boolean printable = value.chars().allMatch(c -> c >= ' ' && c < 127 && c != '=');
    return printable
        ? List.of()
        : List.of(
            "a valid environment variable name must consist only of printable ASCII characters"
                + " other than '='");
  }

  /** A key of a ConfigMap or Secret. */
  static List<String> configKey(String value) {
    List<String> errors = new ArrayList<>();
    if (value.length() > 253) {
      errors.add(atMost(253));
    }
    if (!matches(CONFIG_KEY, value)) {
      errors.add(
          regex(
              "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
              CONFIG_KEY,
              "key.name",
              "KEY_NAME",
              "key-name"));
    }
    if (Set.of(".", "..").contains(value)) {
      errors.add("must not be '" + value + "'");
    } else if (value.startsWith("..")) {
      errors.add("must not start with '..'");
    }
    return errors;
  }

  /** The name of an HTTP header. */
  static List<String> header(String value) {
    return matches(HEADER, value)
        ? List.of()
        : List.of(
            regex(
                "a valid HTTP header must consist of alphanumeric characters or '-'",
                HEADER,
                "X-Header-Name"));
  }

  /** A percentage. */
  static List<String> percent(String value) {
    return matches(PERCENT, value)
        ? List.of()
        : List.of(
            regex(
                "a valid percent string must be a numeric string followed by an ending '%'",
                PERCENT, "1%", "93%"));
  }
}
