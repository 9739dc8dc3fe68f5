package io.github.kruiseinstaller.e2e.contract;

import com.google.gson.JsonElement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A place where two answers differ.
 *
 * @param theme the theme
 * @param scenario the scenario
 * @param step the number of the step, from 1, and what it asks
 * @param path where in the answer, as a JSON pointer
 * @param expected what one said, null for nothing
 * @param actual what the other said, null for nothing
 */
public record Difference(
    String theme,
    String scenario,
    String step,
    String path,
    @Nullable JsonElement expected,
    @Nullable JsonElement actual) {
  /** In a few lines. */
  @Override
  public String toString() {
    return "%s / %s%n  %s%n  %s%n    expected: %s%n    actual:   %s"
        .formatted(
            theme,
            scenario,
            step,
            path,
            Objects.requireNonNullElse(expected, "nothing"),
            Objects.requireNonNullElse(actual, "nothing"));
  }
}
