package io.github.kruiseinstaller.internal.retry;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * A switch that ends a run early. Whatever blocks registers how to be woken: an HTTP call its
 * cancel, a sleeping thread its interrupt. Thread-safe.
 */
public final class Cancellation {
  private final Set<Runnable> actions = Collections.synchronizedSet(new LinkedHashSet<>());
  private volatile boolean cancelled;

  /** Cancels, once; runs every registered action on this thread. */
  public void cancel() {
    List<Runnable> due;
    synchronized (actions) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      due = List.copyOf(actions);
      actions.clear();
    }
    due.forEach(Runnable::run);
  }

  /** Whether somebody has cancelled. */
  public boolean isCancelled() {
    return cancelled;
  }

  /**
   * Throws when cancelled.
   *
   * @throws CancellationException when somebody has cancelled
   */
  public void check() {
    if (cancelled) {
      throw new CancellationException("the run was cancelled");
    }
  }

  /**
   * Runs {@code action} when cancelled, at once when that has already happened.
   *
   * @return takes the registration back
   */
  public Registration onCancel(Runnable action) {
    synchronized (actions) {
      if (!cancelled) {
        actions.add(action);
        return () -> actions.remove(action);
      }
    }
    action.run();
    return () -> {};
  }

  /** A registered action. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
