package io.github.kruiseinstaller.internal.webhook;

import java.time.Duration;
import java.util.List;

/**
 * What was seen after arming.
 *
 * @param checks what was shown, for people
 * @param notes what could not be shown, and why
 * @param waited how long it took until the API server acted on the armed configurations
 */
public record AcceptanceResult(List<String> checks, List<String> notes, Duration waited) {
  /** Copies the lists. */
  public AcceptanceResult {
    checks = List.copyOf(checks);
    notes = List.copyOf(notes);
  }
}
