package io.github.kruiseinstaller.internal.retry;

import java.time.Duration;
import java.util.concurrent.CancellationException;

/**
 * One sleep that a cancel ends. {@link Time#sleep} knows only interrupts, so a cancel interrupts
 * the sleeper, and the sleeper tells that interrupt from one that somebody else meant for the
 * thread.
 */
final class CancellableSleep {
  private final OwnInterrupt interrupt = new OwnInterrupt();

  /**
   * Sleeps on this thread.
   *
   * @throws CancellationException when cancelled or interrupted; an interrupt stays set
   */
  @SuppressWarnings("try") // the registration only has to be closed
  static void of(Duration duration, Time time, Cancellation cancellation) {
    CancellableSleep sleep = new CancellableSleep();
    try (Cancellation.Registration wake = cancellation.onCancel(sleep.interrupt::send)) {
      sleep.run(duration, time);
    }
    cancellation.check();
  }

  private void run(Duration duration, Time time) {
    try {
      time.sleep(duration);
      if (interrupt.end()) {
        // The cancel came between the end of the sleep and here: its interrupt is ours to clear.
        Thread.interrupted();
      }
    } catch (InterruptedException e) {
      if (!interrupt.end()) {
        Thread.currentThread().interrupt();
        throw interrupted();
      }
    }
  }

  /** What a run throws whose thread was interrupted. */
  static CancellationException interrupted() {
    return new CancellationException("the thread of the run was interrupted");
  }
}
