package io.github.kruiseinstaller.e2e.contract;

import java.util.List;

/**
 * Scenarios about one thing; their answers are recorded in one file.
 *
 * @param name also the name of the file
 * @param scenarios with different names
 */
public record Theme(String name, List<Scenario> scenarios) {
  /** Copies the list. */
  public Theme {
    scenarios = List.copyOf(scenarios);
  }

  static Theme of(String name, Scenario... scenarios) {
    return new Theme(name, List.of(scenarios));
  }
}
