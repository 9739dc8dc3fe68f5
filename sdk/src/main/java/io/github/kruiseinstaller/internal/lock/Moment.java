package io.github.kruiseinstaller.internal.lock;

import io.github.kruiseinstaller.internal.retry.Time;
import java.time.Duration;
import java.time.Instant;

/**
 * A moment by both clocks. The steady one stands still while the machine is suspended, the wall
 * clock can be set.
 *
 * @param nanos by the steady clock
 * @param wall by the wall clock
 */
record Moment(long nanos, Instant wall) {
  static Moment now(Time time) {
    return new Moment(time.nanos(), time.now());
  }

  /** Whether neither clock says that more time has passed, or that time has gone back. */
  boolean isWithin(Duration limit, Time time) {
    Duration byWall = Duration.between(wall, time.now());
    return time.nanos() - nanos < limit.toNanos()
        && !byWall.isNegative()
        && byWall.compareTo(limit) < 0;
  }
}
