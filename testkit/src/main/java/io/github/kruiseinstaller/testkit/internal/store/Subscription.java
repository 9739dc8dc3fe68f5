package io.github.kruiseinstaller.testkit.internal.store;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Changes of one resource in the order of their revisions, none left out. A reader that falls too
 * far behind is ended, as a real API server does. Read by one thread.
 */
public final class Subscription implements AutoCloseable {
  /** So many changes may wait for their reader. */
  static final int BACKLOG = 100_000;

  /** An empty one says that no more will come. */
  private final BlockingQueue<Optional<Change>> queue = new LinkedBlockingQueue<>();

  private final Consumer<Subscription> unsubscribe;
  private final LongSupplier revision;
  private volatile boolean closed;
  private volatile boolean ended;

  Subscription(Consumer<Subscription> unsubscribe, LongSupplier revision) {
    this.unsubscribe = unsubscribe;
    this.revision = revision;
  }

  void offer(Change change) {
    if (queue.size() >= BACKLOG) {
      end();
    } else if (!closed) {
      queue.add(Optional.of(change));
    }
  }

  /** No more changes after those that wait already. */
  void end() {
    if (!closed) {
      closed = true;
      queue.add(Optional.empty());
    }
  }

  /**
   * The next change.
   *
   * @return empty when none came in time, or when there will be no more
   */
  public Optional<Change> next(Duration timeout) throws InterruptedException {
    if (ended) {
      return Optional.empty();
    }
    Optional<Change> change = queue.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (change == null) {
      return Optional.empty();
    }
    ended = change.isEmpty();
    return change;
  }

  /** Whether {@link #next} will give no more. */
  public boolean ended() {
    return ended;
  }

  /**
   * A revision up to which every change has been read; empty while some wait. The store publishes
   * its revision only after the change is queued, hence the order here.
   */
  public Optional<Long> progress() {
    long now = revision.getAsLong();
    return queue.isEmpty() ? Optional.of(now) : Optional.empty();
  }

  /** Gives up; waiting changes are dropped and a waiting reader returns. */
  @Override
  public void close() {
    unsubscribe.accept(this);
    closed = true;
    queue.clear();
    queue.add(Optional.empty());
  }
}
