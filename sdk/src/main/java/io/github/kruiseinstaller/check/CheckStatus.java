package io.github.kruiseinstaller.check;

import java.util.Locale;

/** What a check has found, best first. */
public enum CheckStatus {
  /** Nothing is the matter. */
  PASS,
  /** It could not be looked at, or need not be; the summary says why. */
  SKIPPED,
  /** It works now; a person should know all the same. */
  WARN,
  /** It does not work, or will not. */
  FAIL;

  /** The stable text form, such as {@code pass}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
