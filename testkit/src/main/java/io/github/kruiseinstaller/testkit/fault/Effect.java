package io.github.kruiseinstaller.testkit.fault;

/** What a request has done to what is stored. */
public enum Effect {
  /** Nothing: it read, it was a dry run, or everything was so already. */
  NONE,
  /** There is an object more. */
  CREATED,
  /** An object is another; a deletion that waits for finalizers is a change too. */
  CHANGED,
  /** An object is gone. */
  DELETED
}
