package io.github.kruiseinstaller.customize;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The rules that Kubernetes has for names and numbers. Each check returns the value that it was
 * given, or throws OPTION_INVALID with the option's name.
 */
final class Syntax {
  private static final Pattern DNS_SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern NAME_PART =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
  private static final Pattern ENV_NAME = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");
  private static final int MAX_DNS_SUBDOMAIN = 253;
  private static final int MAX_NAME_PART = 63;
  private static final int MAX_PORT = 65535;

  private Syntax() {}

  static int port(String option, int port) {
    if (port < 1 || port > MAX_PORT) {
      throw OptionInvalid.value(
          option, "the port " + port + " does not exist", "Give a port between 1 and 65535.");
    }
    return port;
  }

  static int between(String option, int value, int lowest, int highest) {
    if (value < lowest || value > highest) {
      throw OptionInvalid.value(
          option,
          value + " is out of range",
          "Give a value between " + lowest + " and " + highest + ".");
    }
    return value;
  }

  static String objectName(String option, String name) {
    if (name.length() > MAX_DNS_SUBDOMAIN || !DNS_SUBDOMAIN.matcher(name).matches()) {
      throw OptionInvalid.value(
          option,
          "'" + name + "' is not the name of a Kubernetes object",
          "Use lower-case letters, digits, '-' and '.', beginning and ending with a letter or"
              + " digit, at most 253 characters.");
    }
    return name;
  }

  static String environmentName(String option, String name) {
    if (!ENV_NAME.matcher(name).matches()) {
      throw OptionInvalid.value(
          option,
          "'" + name + "' is not the name of an environment variable",
          "Use letters, digits, '_', '-' and '.', and no digit in front.");
    }
    return name;
  }

  /** Labels: checked keys and values, sorted. */
  static SortedMap<String, String> labels(String option, Map<String, String> labels) {
    SortedMap<String, String> checked = annotations(option, labels);
    checked.values().forEach(value -> labelValue(option, value));
    return checked;
  }

  /** Annotations: checked keys, sorted. */
  static SortedMap<String, String> annotations(String option, Map<String, String> annotations) {
    if (annotations.isEmpty()) {
      throw OptionInvalid.value(option, "nothing is given", "Give at least one key and value.");
    }
    annotations.keySet().forEach(key -> qualifiedName(option, key));
    return Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
  }

  /** The key of a label, an annotation or a taint. */
  static String qualifiedName(String option, String key) {
    int slash = key.indexOf('/');
    String prefix = key.substring(0, Math.max(slash, 0));
    boolean prefixFits =
        slash < 0
            || (prefix.length() <= MAX_DNS_SUBDOMAIN && DNS_SUBDOMAIN.matcher(prefix).matches());
    if (!prefixFits || !isNamePart(key.substring(slash + 1))) {
      throw OptionInvalid.value(
          option,
          "'" + key + "' is not a valid key",
          "Use an optional DNS name with '/', then at most 63 letters, digits, '-', '_' and '.',"
              + " beginning and ending with a letter or digit, such as example.com/team.");
    }
    return key;
  }

  static String labelValue(String option, String value) {
    if (!value.isEmpty() && !isNamePart(value)) {
      throw OptionInvalid.value(
          option,
          "'" + value + "' is not a valid label value",
          "Use at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or"
              + " digit, or an empty text.");
    }
    return value;
  }

  private static boolean isNamePart(String text) {
    return text.length() <= MAX_NAME_PART && NAME_PART.matcher(text).matches();
  }
}
