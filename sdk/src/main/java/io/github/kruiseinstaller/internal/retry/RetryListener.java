package io.github.kruiseinstaller.internal.retry;

import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Told before the wait that precedes another try. */
@FunctionalInterface
public interface RetryListener {
  /** The {@code attempt}-th try has failed; the next comes after {@code delay}. */
  void retrying(@Nullable ObjectRef object, String cause, int attempt, Duration delay);
}
