package io.github.kruiseinstaller.internal.webhook;

import java.util.List;

/**
 * What was seen after arming.
 *
 * @param checks what was shown, for people
 * @param notes what could not be shown, and why
 */
public record AcceptanceResult(List<String> checks, List<String> notes) {
  /** Copies the lists. */
  public AcceptanceResult {
    checks = List.copyOf(checks);
    notes = List.copyOf(notes);
  }
}
