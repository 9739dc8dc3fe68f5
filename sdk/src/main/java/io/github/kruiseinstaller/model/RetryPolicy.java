package io.github.kruiseinstaller.model;

import java.time.Duration;

/**
 * How long to wait between two tries of a request that may be tried again. Tries go on until the
 * run's deadline; there is no bound on their number.
 *
 * @param initialDelay the wait before the second try
 * @param multiplier by what each further wait is longer, at least 1
 * @param jitter how far a wait is randomised, as a share between 0 and 1 (exclusive)
 * @param maxDelay the longest wait; a longer Retry-After of the API server wins over it
 */
public record RetryPolicy(
    Duration initialDelay, double multiplier, double jitter, Duration maxDelay) {
  private static final RetryPolicy DEFAULTS =
      new RetryPolicy(Duration.ofMillis(200), 2.0, 0.5, Duration.ofSeconds(5));

  /** Refuses values out of range. */
  public RetryPolicy {
    if (initialDelay.toMillis() < 1) {
      throw new IllegalArgumentException("initialDelay must be at least 1 ms: " + initialDelay);
    }
    if (!(multiplier >= 1)) {
      throw new IllegalArgumentException("multiplier must be at least 1: " + multiplier);
    }
    if (!(jitter >= 0 && jitter < 1)) {
      throw new IllegalArgumentException("jitter must be in [0, 1): " + jitter);
    }
    if (maxDelay.compareTo(initialDelay) < 0) {
      throw new IllegalArgumentException("maxDelay is shorter than initialDelay: " + maxDelay);
    }
  }

  /**
   * 200 ms, doubled each time, randomised by half, at most 5 s: an API server that comes back is
   * soon noticed.
   */
  public static RetryPolicy defaults() {
    return DEFAULTS;
  }
}
