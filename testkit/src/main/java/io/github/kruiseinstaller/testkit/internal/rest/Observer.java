package io.github.kruiseinstaller.testkit.internal.rest;

import io.github.kruiseinstaller.testkit.internal.kind.Resource;

/**
 * Hears of every write that was carried out, on the thread that asked for it, before that thread
 * returns. Must be quick and must not throw.
 */
@FunctionalInterface
public interface Observer {
  /** What a write did to the store. */
  enum Effect {
    /** Nothing: a dry run, or everything was so already. */
    NONE,
    /** There is a new object. */
    CREATED,
    /** An object is another now; a deletion that waits for finalizers is a change too. */
    CHANGED,
    /** An object is gone. */
    DELETED
  }

  /** A write has been carried out. */
  void wrote(String verb, Resource resource, String namespace, String name, Effect effect);
}
