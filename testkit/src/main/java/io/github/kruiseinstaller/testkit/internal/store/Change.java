package io.github.kruiseinstaller.testkit.internal.store;

import org.jspecify.annotations.Nullable;

/**
 * What happened to one object.
 *
 * @param revision of the write
 * @param before the object before it, null when it was created
 * @param after the object after it, null when it was deleted
 */
public record Change(long revision, @Nullable Stored before, @Nullable Stored after) {
  String key() {
    Stored there = after != null ? after : before;
    if (there == null) {
      throw new IllegalStateException("a change without an object");
    }
    return there.key();
  }
}
