package io.github.kruiseinstaller.e2e.contract;

import java.util.regex.Pattern;

/**
 * Where the simulated API server answers otherwise than the real one, and why that is left so.
 *
 * @param theme the theme
 * @param scenario the scenario, or {@code *} for all of the theme
 * @param path a JSON pointer into an answer, in which {@code *} stands for anything
 * @param reason a sentence for the documentation
 */
public record KnownDifference(String theme, String scenario, String path, String reason) {
  /** Whether this is the explanation. */
  public boolean explains(Difference difference) {
    return theme.equals(difference.theme())
        && (scenario.equals("*") || scenario.equals(difference.scenario()))
        && Pattern.matches(Pattern.quote(path).replace("*", "\\E.*\\Q"), difference.path());
  }
}
