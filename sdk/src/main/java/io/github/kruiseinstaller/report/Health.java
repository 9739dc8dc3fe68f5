package io.github.kruiseinstaller.report;

import java.util.Locale;

/** How an installation is, in one word; best first. */
public enum Health {
  /** All is well. */
  HEALTHY,
  /** The webhooks work; something that they do not depend on does not, or soon will not. */
  DEGRADED,
  /** The webhooks do not work as they should, or refuse what they should not. */
  UNHEALTHY,
  /** There is no installation. */
  NOT_INSTALLED,
  /** Too little could be seen to say. */
  UNKNOWN;

  /** Whether there is an installation whose webhooks work: healthy or degraded. */
  public boolean isWorking() {
    return this == HEALTHY || this == DEGRADED;
  }

  /** The stable text form, such as {@code not-installed}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
