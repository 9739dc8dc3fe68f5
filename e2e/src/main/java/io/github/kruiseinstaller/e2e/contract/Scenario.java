package io.github.kruiseinstaller.e2e.contract;

import java.util.List;

/**
 * Requests that belong together, in a namespace of their own, {@code ${id}}. What they create is
 * deleted afterwards.
 *
 * @param name a sentence, unique in its theme
 * @param steps what is asked
 */
public record Scenario(String name, List<Step> steps) {
  /** Copies the list. */
  public Scenario {
    steps = List.copyOf(steps);
  }

  static Scenario of(String name, Step... steps) {
    return new Scenario(name, List.of(steps));
  }
}
