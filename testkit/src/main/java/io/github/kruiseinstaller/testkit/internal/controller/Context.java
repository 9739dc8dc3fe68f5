package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the controllers of one cluster share. */
final class Context {
  private final Api api;
  private final Executor executor;
  private final Timers timers;
  private final Delays delays;
  private final Informers informers;
  private final Events events;
  private final List<WorkQueue<?>> queues = new CopyOnWriteArrayList<>();

  Context(Api api, Executor executor, Timers timers, Delays delays) {
    this.api = api;
    this.executor = executor;
    this.timers = timers;
    this.delays = delays;
    this.informers = new Informers(api, executor, timers);
    this.events = new Events(api, executor, timers);
  }

  Api api() {
    return api;
  }

  Executor executor() {
    return executor;
  }

  Timers timers() {
    return timers;
  }

  Delays delays() {
    return delays;
  }

  Informers informers() {
    return informers;
  }

  Events events() {
    return events;
  }

  /** Now, as it is written into objects. */
  String now() {
    return Stamps.of(timers.now());
  }

  /** A queue that is closed with the context. */
  <K> WorkQueue<K> queue(String name, int workers, Consumer<K> work) {
    WorkQueue<K> queue = new WorkQueue<>(name, executor, timers, workers, work);
    queues.add(queue);
    return queue;
  }

  /** Runs something on the cluster's threads, unless they have ended. */
  void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closed) {
      // Nothing happens after the end.
    }
  }

  void close() {
    informers.close();
    events.close();
    queues.forEach(WorkQueue::close);
  }

  /** Those of the two that are there. */
  static List<ObjectNode> both(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    List<ObjectNode> both = new ArrayList<>(2);
    if (before != null) {
      both.add(before);
    }
    if (after != null) {
      both.add(after);
    }
    return both;
  }
}
