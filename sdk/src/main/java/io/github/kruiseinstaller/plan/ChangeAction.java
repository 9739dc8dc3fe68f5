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
  /**
   * The object's fields come to be owned by this library, and what tells that somebody else made it
   * goes. Nothing else about it changes.
   */
  ADOPT,
  /** The object is as the release wants it: nothing is written. */
  UNCHANGED,
  /**
   * A controller that waits before it tries again to make this object's Pods is made to look at
   * once, by an annotation; nothing that runs changes.
   */
  RETRY,
  /** A webhook configuration is created, or replaced, so that it matches nothing. */
  PARK,
  /** An armed webhook configuration is replaced so that it matches nothing. */
  DISARM,
  /**
   * A webhook configuration gets the release's webhooks in one write. One that matched nothing
   * before gets them on probation: with the failurePolicy {@code Ignore} and short time-outs.
   */
  ARM,
  /** A webhook configuration on probation is replaced by the release's, in one write. */
  ENFORCE,
  /** The object is deleted. */
  DELETE,
  /** An object that an earlier run installed, and that the release has no more, is deleted. */
  PRUNE,
  /** Such an object stays: the note says why. */
  KEEP;

  /** Whether this writes to the cluster. */
  public boolean writes() {
    return this != UNCHANGED && this != KEEP;
  }

  /** The stable text form, such as {@code take-over}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
