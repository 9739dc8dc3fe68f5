package io.github.kruiseinstaller.testkit.internal.kind;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is made when it is first wanted, once. */
final class Lazy<T> {
  private @Nullable Supplier<? extends T> maker;
  private volatile @Nullable T value;

  Lazy(Supplier<? extends T> maker) {
    this.maker = maker;
  }

  T get() {
    T there = value;
    return there != null ? there : make();
  }

  private synchronized T make() {
    T there = value;
    if (there == null) {
      there = java.util.Objects.requireNonNull(maker).get();
      value = there;
      maker = null;
    }
    return there;
  }
}
