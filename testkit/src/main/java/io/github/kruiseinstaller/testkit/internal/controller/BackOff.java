package io.github.kruiseinstaller.testkit.internal.controller;

import java.time.Duration;

/** How long a kubelet waits before it tries again: 10 s, twice as long each time, up to 5 min. */
final class BackOff {
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LAST = Duration.ofMinutes(5);

  private BackOff() {}

  /** After so many waits before. */
  static Duration after(int waits) {
    Duration wait = FIRST.multipliedBy(1L << Math.min(waits, 10));
    return wait.compareTo(LAST) > 0 ? LAST : wait;
  }

  /** As Go prints it: {@code 10s}, {@code 2m40s}. */
  static String text(Duration duration) {
    long seconds = duration.toSeconds();
    return (seconds >= 60 ? seconds / 60 + "m" : "") + seconds % 60 + "s";
  }
}
