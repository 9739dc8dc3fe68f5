package io.github.kruiseinstaller.testkit.internal.auth;

import java.util.Collection;
import java.util.stream.Collectors;

/** Texts in quotes, as Go's {@code %q} writes them. */
final class Quoted {
  private Quoted() {}

  /** One text. */
  static String of(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** {@code ["a" "b"]}. */
  static String list(Collection<String> texts) {
    return texts.stream().map(Quoted::of).collect(Collectors.joining(" ", "[", "]"));
  }
}
