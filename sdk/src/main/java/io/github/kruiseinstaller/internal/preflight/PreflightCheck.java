package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import java.util.List;

/**
 * Something that is looked at before an installation. Reads and dry runs only; what may not be read
 * is skipped, with the reason. Used by one thread.
 */
@FunctionalInterface
interface PreflightCheck {
  /** Looks. */
  List<Check> look(Scene scene);
}
