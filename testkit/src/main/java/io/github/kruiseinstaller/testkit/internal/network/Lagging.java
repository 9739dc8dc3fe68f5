package io.github.kruiseinstaller.testkit.internal.network;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Something as it was a while ago: what a watcher knows that hears of changes late. A change is
 * noticed when somebody looks; whoever makes changes calls {@link #look} after each, so that the
 * delay counts from there. Thread-safe.
 */
public final class Lagging<T> {
  private final Supplier<T> source;
  private final LongSupplier nanos;
  private final Supplier<Duration> delay;
  private final Deque<Seen<T>> seen = new ArrayDeque<>();

  private record Seen<T>(T value, long since) {}

  /**
   * Something that lags.
   *
   * @param source as it is now
   * @param nanos the time
   * @param delay how late changes are heard of; may change
   */
  public Lagging(Supplier<T> source, LongSupplier nanos, Supplier<Duration> delay) {
    this.source = source;
    this.nanos = nanos;
    this.delay = delay;
  }

  /** Notices a change, if there is one. */
  public synchronized void look() {
    T value = source.get();
    if (seen.isEmpty() || !seen.getLast().value().equals(value)) {
      seen.addLast(new Seen<>(value, nanos.getAsLong()));
    }
  }

  /** As it was; what was there at the first look has been there always. */
  public synchronized T get() {
    look();
    long latest = nanos.getAsLong() - delay.get().toNanos();
    while (seen.size() > 1 && hasComeInto(seen, latest)) {
      seen.removeFirst();
    }
    return seen.getFirst().value();
  }

  private static <T> boolean hasComeInto(Deque<Seen<T>> seen, long latest) {
    return seen.stream().skip(1).findFirst().orElseThrow().since() <= latest;
  }
}
