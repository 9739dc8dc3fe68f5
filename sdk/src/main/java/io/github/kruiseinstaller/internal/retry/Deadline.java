package io.github.kruiseinstaller.internal.retry;

import java.time.Duration;

/** The moment at which a run ends at the latest, on the steady clock. */
public final class Deadline {
  /** The steady clock cannot count further than three times as far. */
  private static final Duration LONGEST = Duration.ofDays(36_525);

  private final Time time;
  private final long endNanos;
  private final Duration timeout;

  private Deadline(Time time, Duration timeout) {
    this.time = time;
    this.timeout = timeout;
    this.endNanos = time.nanos() + timeout.toNanos();
  }

  /** A deadline {@code timeout} from now, a hundred years at the most. */
  public static Deadline in(Duration timeout, Time time) {
    return new Deadline(time, timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST);
  }

  /** The whole time that was given. */
  public Duration timeout() {
    return timeout;
  }

  /** What is left; zero when it has passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, endNanos - time.nanos()));
  }

  /** Whether nothing is left. */
  public boolean passed() {
    return endNanos - time.nanos() <= 0;
  }

  /** The shorter of {@code duration} and what is left. */
  public Duration atMost(Duration duration) {
    Duration remaining = remaining();
    return duration.compareTo(remaining) < 0 ? duration : remaining;
  }
}
