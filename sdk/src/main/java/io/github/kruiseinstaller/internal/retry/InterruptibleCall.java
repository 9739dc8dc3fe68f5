package io.github.kruiseinstaller.internal.retry;

import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A call of code that blocks and knows neither the run's deadline nor its cancellation, but ends
 * when its thread is interrupted: both interrupt it. An interrupt that somebody else means for the
 * thread stays set.
 */
public final class InterruptibleCall {
  private InterruptibleCall() {}

  /**
   * Calls on this thread. Leaves no thread of its own behind.
   *
   * @param late makes what is thrown when the deadline has ended the call, of what that threw
   * @throws CancellationException when the run is cancelled
   */
  @SuppressWarnings("try") // the registration only has to be closed
  public static <T> T of(
      Supplier<T> work,
      RunControl control,
      Workers workers,
      Function<Throwable, RuntimeException> late) {
    control.cancellation().check();
    OwnInterrupt interrupt = new OwnInterrupt();
    Future<Boolean> timer = workers.start(() -> sendAtDeadline(interrupt, control));
    try (Cancellation.Registration wake = control.cancellation().onCancel(interrupt::send)) {
      return work.get();
    } catch (Throwable e) {
      if (interrupt.end() && !(e instanceof Error)) {
        throw ended(e, control, late);
      }
      if (e instanceof InterruptedException) {
        // Of code in a language that knows no checked exceptions.
        Thread.currentThread().interrupt();
        throw CancellableSleep.interrupted();
      }
      throw e;
    } finally {
      timer.cancel(true);
      if (interrupt.end()) {
        // The interrupt was ours, and so is the flag.
        Thread.interrupted();
      }
    }
  }

  private static RuntimeException ended(
      Throwable thrown, RunControl control, Function<Throwable, RuntimeException> late) {
    if (!control.cancellation().isCancelled()) {
      return late.apply(thrown);
    }
    CancellationException cancelled = new CancellationException("the run was cancelled");
    cancelled.initCause(thrown);
    return cancelled;
  }

  private static boolean sendAtDeadline(OwnInterrupt interrupt, RunControl control)
      throws InterruptedException {
    while (!control.deadline().passed()) {
      control.time().idle(control.deadline().remaining());
    }
    interrupt.send();
    return true;
  }
}
