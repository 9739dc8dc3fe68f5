package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.Operation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a run cleanly when the process is told to end, and keeps the process until the run has
 * reported. The SDK itself handles no signals: that belongs to the application.
 */
final class CtrlC {
  private static final long LONGEST_WAIT_SECONDS = 20;

  private final CountDownLatch reported = new CountDownLatch(1);

  /** Cancels the operation when the process is told to end. */
  void cancels(Operation<?> operation) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> cancelAndWait(operation), "ctrl-c"));
  }

  /** The run has reported: nobody need wait for it any more. */
  void reported() {
    reported.countDown();
  }

  /** Ends the process; a process that was told to end keeps the exit status of the signal. */
  void exit(int status) {
    reported();
    System.exit(status);
  }

  private void cancelAndWait(Operation<?> operation) {
    if (reported.getCount() == 0) {
      return;
    }
    operation.cancel();
    try {
      boolean inTime = reported.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
      if (!inTime) {
        System.err.println("the run did not end in time; running again finishes the work");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
