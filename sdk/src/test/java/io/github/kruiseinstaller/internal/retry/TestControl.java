package io.github.kruiseinstaller.internal.retry;

import io.github.kruiseinstaller.model.RetryPolicy;
import java.time.Duration;

/** The bounds of a run that is tried again as by default and tells nobody of it. */
public final class TestControl {
  private TestControl() {}

  /** Bounds that end {@code timeout} from now, and that nobody cancels. */
  public static RunControl within(Duration timeout, Time time) {
    return within(timeout, time, new Cancellation());
  }

  /** Bounds that end {@code timeout} from now, or when somebody cancels. */
  public static RunControl within(Duration timeout, Time time, Cancellation cancellation) {
    return new RunControl(
        time,
        Deadline.in(timeout, time),
        cancellation,
        RetryPolicy.defaults(),
        (object, cause, attempt, delay) -> {});
  }
}
