package io.github.kruiseinstaller.testkit.internal.controller;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Does something many times, in batches of 1, 2, 4, ... until one of a batch fails. */
final class SlowStart {
  private SlowStart() {}

  /** Throws the first failure, after the rest of its batch was tried. */
  static void run(int count, IntConsumer action) {
    int done = 0;
    for (int batch = 1; done < count; batch *= 2) {
      @Nullable RuntimeException failure = null;
      int end = Math.min(count, done + batch);
      for (; done < end; done++) {
        try {
          action.accept(done);
        } catch (RuntimeException e) {
          failure = failure == null ? e : failure;
        }
      }
      if (failure != null) {
        throw failure;
      }
    }
  }
}
