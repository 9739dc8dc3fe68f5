package io.github.kruiseinstaller.report;

import java.util.Locale;

/** How a stage ended. */
public enum StageStatus {
  /** Done, with or without writes. */
  DONE,
  /** Done, but something that does not gate the webhooks is not well. */
  DEGRADED,
  /** Failed; later stages were not started. */
  FAILED,
  /** Not started, because an earlier stage failed or nothing was to be done. */
  SKIPPED;

  /** The stable text form. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
