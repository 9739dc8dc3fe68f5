package io.github.kruiseinstaller.testkit.internal.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Time that moves only when told, for tests. Tasks run in the order in which they are due, those
 * due together in the order in which they were asked for, in the thread that calls {@link
 * #advance}. Thread-safe.
 */
public final class ManualTimers implements Timers {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(
          Comparator.comparingLong((Task task) -> task.due).thenComparingLong(task -> task.number));
  private final Instant start;
  private long nanos;
  private long count;

  /** Begins at an instant. */
  public ManualTimers(Instant start) {
    this.start = start;
  }

  private static final class Task {
    private final long due;
    private final long number;
    private final Runnable action;

    private Task(long due, long number, Runnable action) {
      this.due = due;
      this.number = number;
      this.action = action;
    }
  }

  @Override
  public synchronized Instant now() {
    return start.plusNanos(nanos);
  }

  @Override
  public synchronized Timer after(Duration delay, Runnable action) {
    Task task = new Task(nanos + Math.max(0, delay.toNanos()), count++, action);
    tasks.add(task);
    return () -> cancel(task);
  }

  private synchronized void cancel(Task task) {
    tasks.remove(task);
  }

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  /** How long until the next task is due; empty when none waits. */
  public synchronized Optional<Duration> next() {
    return Optional.ofNullable(tasks.peek()).map(task -> Duration.ofNanos(task.due - nanos));
  }

  /** Lets time pass, and does on the way all that becomes due. */
  public void advance(Duration time) {
    long until = nanos() + time.toNanos();
    for (Task task = take(until); task != null; task = take(until)) {
      task.action.run();
    }
  }

  private synchronized @Nullable Task take(long until) {
    Task first = tasks.peek();
    if (first == null || first.due > until) {
      nanos = Math.max(nanos, until);
      return null;
    }
    nanos = Math.max(nanos, first.due);
    return tasks.poll();
  }
}
