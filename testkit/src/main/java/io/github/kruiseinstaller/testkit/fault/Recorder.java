package io.github.kruiseinstaller.testkit.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Every request, in the order in which they came, with what became of it. No bodies, so no secrets.
 * Thread-safe.
 */
public final class Recorder {
  private final Lock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final List<Entry> entries = new ArrayList<>();
  private final List<Consumer<ApiRequest>> listeners = new CopyOnWriteArrayList<>();
  private long next = 1;

  /**
   * A request and what became of it.
   *
   * @param number in the order of arrival, from 1
   * @param request what was asked
   * @param status of the answer; 0 while there is none, and for ever when none was given
   * @param effect what it did
   * @param fault what was made to go wrong, or empty
   * @param duration until the answer was complete
   * @param done whether it is over
   */
  public record Entry(
      long number,
      ApiRequest request,
      int status,
      Effect effect,
      String fault,
      Duration duration,
      boolean done) {}

  /**
   * Tells of every request from now on, when it has come and before it is carried out. The listener
   * runs in the thread that serves the request: what it sees of the cluster is what the client's
   * requests before have left. It must not throw.
   */
  public void whenBegun(Consumer<ApiRequest> listener) {
    listeners.add(listener);
  }

  /** Writes down that a request has come; returns its number. */
  public long begin(ApiRequest request) {
    long number = written(request);
    listeners.forEach(listener -> listener.accept(request));
    return number;
  }

  private long written(ApiRequest request) {
    lock.lock();
    try {
      long number = next++;
      entries.add(new Entry(number, request, 0, Effect.NONE, "", Duration.ZERO, false));
      news.signalAll();
      return number;
    } finally {
      lock.unlock();
    }
  }

  /** Writes down what has become of it. */
  public void end(long number, int status, Effect effect, String fault, Duration duration) {
    lock.lock();
    try {
      for (int i = entries.size() - 1; i >= 0; i--) {
        Entry entry = entries.get(i);
        if (entry.number == number) {
          entries.set(i, new Entry(number, entry.request, status, effect, fault, duration, true));
          break;
        }
      }
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** All that is written down. */
  public List<Entry> entries() {
    lock.lock();
    try {
      return List.copyOf(entries);
    } finally {
      lock.unlock();
    }
  }

  /** Forgets what is written down; numbers go on. */
  public void clear() {
    lock.lock();
    try {
      entries.clear();
    } finally {
      lock.unlock();
    }
  }

  /** The first entry that satisfies, waiting for it for so long at most. */
  public Optional<Entry> await(Predicate<Entry> satisfied, Duration limit)
      throws InterruptedException {
    long left = limit.toNanos();
    lock.lock();
    try {
      while (true) {
        Optional<Entry> found = entries.stream().filter(satisfied).findFirst();
        if (found.isPresent() || left <= 0) {
          return found;
        }
        left = news.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
