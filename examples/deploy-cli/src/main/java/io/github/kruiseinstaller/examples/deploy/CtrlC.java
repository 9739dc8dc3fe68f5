package io.github.kruiseinstaller.examples.deploy;

import io.github.kruiseinstaller.Operation;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Cancels what runs when the process is told to end, and keeps the process until that has ended and
 * the summary is printed. The SDK itself handles no signals: that belongs to the application.
 */
final class CtrlC {
  private static final long LONGEST_WAIT_SECONDS = 20;

  private final Set<Operation<?>> running = ConcurrentHashMap.newKeySet();
  private final Semaphore idle = new Semaphore(1);
  private volatile boolean pressed;

  /** From now on the process ends cleanly. */
  void watch() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::leave, "ctrl-c"));
  }

  /** Waits for a run, which is cancelled when the process is told to end. */
  <T> T join(Operation<T> operation) {
    running.add(operation);
    if (pressed) {
      operation.cancel(); // press() may have looked before the line above
    }
    try {
      return operation.join();
    } finally {
      running.remove(operation);
    }
  }

  /** Works; the process is not left before that is done. Once at a time. */
  <T> T during(Supplier<T> work) {
    idle.acquireUninterruptibly();
    try {
      return work.get();
    } finally {
      idle.release();
    }
  }

  /** Waits for a person, in the middle of such work: meanwhile the process may be left at once. */
  @Nullable String ask(Supplier<@Nullable String> person) {
    idle.release();
    try {
      return person.get();
    } finally {
      idle.acquireUninterruptibly(); // for ever, when the process is being left
    }
  }

  /** Whether nothing more is to be begun. */
  boolean isPressed() {
    return pressed;
  }

  /** Cancels what runs. */
  void press() {
    pressed = true;
    running.forEach(Operation::cancel);
  }

  /**
   * Cancels what runs, and waits until the work that it belongs to is done.
   *
   * @return whether that was soon enough
   */
  boolean endCleanly() {
    press();
    try {
      return idle.tryAcquire(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void leave() {
    if (!endCleanly()) {
      System.err.println("a run did not end in time; applying again finishes the work");
    }
  }
}
