package io.github.kruiseinstaller.testkit.internal.kruise;

import java.util.function.BiConsumer;

/** Tells that objects have changed: what an informer is woken by. Thread-safe. */
@FunctionalInterface
public interface Changes {
  /**
   * Calls back after changes of objects of a kind, from any thread. The callback returns at once.
   *
   * @param groupResource such as {@code secrets} or {@code clonesets.apps.kruise.io}
   * @param changed gets namespace and name
   */
  Subscription subscribe(String groupResource, BiConsumer<String, String> changed);

  /** An interest in changes. */
  @FunctionalInterface
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
