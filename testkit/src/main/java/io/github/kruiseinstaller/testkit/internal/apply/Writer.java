package io.github.kruiseinstaller.testkit.internal.apply;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Who writes, as it will stand in managedFields.
 *
 * @param manager the field manager's name; empty for {@code unknown}
 * @param subresource such as {@code status} or {@code scale}; empty for the object itself
 * @param time of the request; managedFields know whole seconds
 */
public record Writer(String manager, String subresource, Instant time) {
  /** Names the nameless and cuts the time. */
  public Writer {
    manager = manager.isEmpty() ? "unknown" : manager;
    time = time.truncatedTo(ChronoUnit.SECONDS);
  }
}
