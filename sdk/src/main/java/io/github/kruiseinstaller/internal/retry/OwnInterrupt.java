package io.github.kruiseinstaller.internal.retry;

/**
 * An interrupt of ours for the thread that makes this, told from one that somebody else means for
 * it. Thread-safe.
 */
final class OwnInterrupt {
  private final Thread thread = Thread.currentThread();
  private boolean open = true;
  private boolean sent;

  /** Interrupts the thread, unless it has ended what could be interrupted. */
  synchronized void send() {
    if (open) {
      sent = true;
      thread.interrupt();
    }
  }

  /**
   * From now on the thread is left alone.
   *
   * @return whether it was interrupted; the flag may be set still, and is ours to clear
   */
  synchronized boolean end() {
    open = false;
    return sent;
  }
}
