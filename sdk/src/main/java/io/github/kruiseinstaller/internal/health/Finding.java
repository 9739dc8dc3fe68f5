package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.Seen;

/**
 * What a check of an installation's health has found.
 *
 * @param check for the report
 * @param unseen whether it was skipped because it could not be looked at, so that nothing follows
 *     from it
 */
record Finding(Check check, boolean unseen) {
  /** Something that was looked at, or need not be. */
  static Finding of(Check check) {
    return new Finding(check, false);
  }

  /** Something that could not be looked at. */
  static Finding unseen(String id, CheckCategory category, String what, Seen<?> seen) {
    return unseen(id, category, what + " cannot be looked at: " + seen.unseen());
  }

  /** Something that could not be looked at. */
  static Finding unseen(String id, CheckCategory category, String why) {
    return new Finding(Check.skipped(id, category, why), true);
  }
}
