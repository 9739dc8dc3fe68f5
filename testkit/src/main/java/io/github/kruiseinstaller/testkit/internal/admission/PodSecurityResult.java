package io.github.kruiseinstaller.testkit.internal.admission;

import java.util.Collection;

/**
 * What a check of the pod security standards found.
 *
 * @param reason what is wrong
 * @param detail where
 */
record PodSecurityResult(String reason, String detail) {
  /** {@code containers "a", "b"}. */
  static String containers(Collection<String> names) {
    return plural("container", names) + " " + quoted(names);
  }

  /** One or several. */
  static String plural(String word, Collection<String> names) {
    return names.size() == 1 ? word : word + "s";
  }

  /** {@code "a", "b"}. */
  static String quoted(Collection<String> names) {
    return "\"" + String.join("\", \"", names) + "\"";
  }

  @Override
  public String toString() {
    return reason + " (" + detail + ")";
  }
}
