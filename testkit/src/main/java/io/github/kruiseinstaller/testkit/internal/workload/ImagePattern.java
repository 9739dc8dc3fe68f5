package io.github.kruiseinstaller.testkit.internal.workload;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which images are meant. */
final class ImagePattern {
  private ImagePattern() {}

  /**
   * Images by name: {@code *} stands for anything, also for slashes and colons; anything else for
   * itself.
   */
  static Predicate<String> glob(String glob) {
    String expression =
        Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
    return Pattern.compile(expression, Pattern.DOTALL).asMatchPredicate();
  }
}
