package io.github.kruiseinstaller.testkit.internal.fault;

/** What a request has done to what is stored. */
public enum Effect {
  /** Nothing. */
  NONE,
  /** There is an object more. */
  CREATED,
  /** An object is another. */
  CHANGED,
  /** An object is gone or going. */
  DELETED
}
