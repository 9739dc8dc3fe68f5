package io.github.kruiseinstaller.internal.retry;

import io.github.kruiseinstaller.model.RetryPolicy;
import java.time.Duration;

/**
 * What bounds a run: its one deadline, its cancellation, and how requests are tried again.
 *
 * @param time the clocks
 * @param deadline when the run ends at the latest
 * @param cancellation set when somebody no longer wants the run
 * @param retryPolicy the waits between tries
 * @param retries told of every retry
 */
public record RunControl(
    Time time,
    Deadline deadline,
    Cancellation cancellation,
    RetryPolicy retryPolicy,
    RetryListener retries) {

  /**
   * Sleeps, but not beyond the deadline.
   *
   * @throws java.util.concurrent.CancellationException as soon as the run is cancelled or the
   *     thread interrupted; an interrupt stays set
   */
  public void sleep(Duration duration) {
    CancellableSleep.of(deadline.atMost(duration), time, cancellation);
  }

  /** The same bounds with a deadline of its own, {@code timeout} from now. */
  public RunControl within(Duration timeout) {
    return new RunControl(time, Deadline.in(timeout, time), cancellation, retryPolicy, retries);
  }

  /** The same bounds; {@code listener} is told of retries too, first. */
  public RunControl telling(RetryListener listener) {
    return new RunControl(
        time,
        deadline,
        cancellation,
        retryPolicy,
        (object, cause, attempt, delay) -> {
          listener.retrying(object, cause, attempt, delay);
          retries.retrying(object, cause, attempt, delay);
        });
  }
}
