package io.github.kruiseinstaller.plan;

import java.util.Locale;

/** What is done to one object. */
public enum ChangeAction {
  /** The object does not exist and is created. */
  CREATE,
  /** Fields of the object are changed. */
  CHANGE,
  /** Fields that another manager owns are changed and owned from then on. */
  TAKE_OVER,
  /** The object is as the release wants it: nothing is written. */
  UNCHANGED,
  /** A webhook configuration is created, or replaced, so that it matches nothing. */
  PARK,
  /** An armed webhook configuration is replaced so that it matches nothing. */
  DISARM,
  /** A webhook configuration is replaced by the release's, in one write. */
  ARM;

  /** Whether this writes to the cluster. */
  public boolean writes() {
    return this != UNCHANGED;
  }

  /** The stable text form, such as {@code take-over}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
