package io.github.kruiseinstaller.testkit.internal.controller;

import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a controller still has to look at. A key is looked at by one thread at a time; one that is
 * added meanwhile is looked at once more. Work that throws is done again, after 5 ms, then twice as
 * long each time up to 16 min 40 s, until it succeeds; a key that is added is looked at at once,
 * whatever it waits for. Keys need value equality. Thread-safe.
 */
final class WorkQueue<K> {
  private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);
  private static final Duration FIRST_DELAY = Duration.ofMillis(5);
  private static final Duration LAST_DELAY = Duration.ofSeconds(1000);

  private final String name;
  private final Executor executor;
  private final Timers timers;
  private final int workers;
  private final Consumer<K> work;

  private final Deque<K> ready = new ArrayDeque<>();
  private final Set<K> dirty = new HashSet<>();
  private final Set<K> busy = new HashSet<>();
  private final Map<K, Later> waiting = new HashMap<>();
  private final Map<K, Integer> failures = new HashMap<>();
  private int active;
  private boolean closed;

  /**
   * An empty queue.
   *
   * @param name for the log
   * @param executor runs the work
   * @param timers for what waits
   * @param workers how many keys are looked at at the same time, at most
   * @param work looks at a key
   */
  WorkQueue(String name, Executor executor, Timers timers, int workers, Consumer<K> work) {
    this.name = name;
    this.executor = executor;
    this.timers = timers;
    this.workers = workers;
    this.work = work;
  }

  private record Later(long due, Timers.Timer timer) {}

  /** Has a key looked at as soon as possible. */
  void add(K key) {
    boolean start;
    synchronized (this) {
      if (closed || !dirty.add(key) || busy.contains(key)) {
        return;
      }
      ready.addLast(key);
      start = claimWorker();
    }
    if (start) {
      startWorker();
    }
  }

  /** Has a key looked at after a while, or earlier when it already waits for less. */
  synchronized void addAfter(K key, Duration delay) {
    if (closed) {
      return;
    }
    long due = timers.nanos() + delay.toNanos();
    Later before = waiting.get(key);
    if (before != null) {
      if (before.due() <= due) {
        return;
      }
      before.timer().cancel();
    }
    waiting.put(key, new Later(due, timers.after(delay, () -> elapsed(key, due))));
  }

  private void elapsed(K key, long due) {
    synchronized (this) {
      Later later = waiting.get(key);
      if (later == null || later.due() != due) {
        return;
      }
      waiting.remove(key);
    }
    add(key);
  }

  /** How often a key's work failed in a row. */
  synchronized int failures(K key) {
    return failures.getOrDefault(key, 0);
  }

  /** Nothing is looked at any more. */
  synchronized void close() {
    closed = true;
    waiting.values().forEach(later -> later.timer().cancel());
    waiting.clear();
    ready.clear();
  }

  private boolean claimWorker() {
    if (active >= workers) {
      return false;
    }
    active++;
    return true;
  }

  private void startWorker() {
    try {
      executor.execute(this::workOn);
    } catch (RejectedExecutionException e) {
      close();
    }
  }

  private void workOn() {
    for (K key = take(); key != null; key = take()) {
      boolean failed = true;
      try {
        work.accept(key);
        failed = false;
      } catch (RuntimeException e) {
        log(key, e);
      } finally {
        done(key, failed);
      }
    }
  }

  private void log(K key, RuntimeException e) {
    if (e instanceof StatusException) {
      LOG.debug("{} {}: {}", name, key, e.getMessage());
    } else if (!Thread.currentThread().isInterrupted()) {
      LOG.warn("{} {}", name, key, e);
    }
  }

  private synchronized @Nullable K take() {
    K key = closed ? null : ready.pollFirst();
    if (key == null) {
      active--;
      return null;
    }
    dirty.remove(key);
    busy.add(key);
    return key;
  }

  private synchronized void done(K key, boolean failed) {
    busy.remove(key);
    if (dirty.contains(key)) {
      ready.addLast(key);
    }
    if (failed) {
      int before = failures.merge(key, 1, Integer::sum) - 1;
      addAfter(key, delay(before));
    } else {
      failures.remove(key);
    }
  }

  private static Duration delay(int failuresBefore) {
    Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(failuresBefore, 30));
    return delay.compareTo(LAST_DELAY) > 0 ? LAST_DELAY : delay;
  }
}
