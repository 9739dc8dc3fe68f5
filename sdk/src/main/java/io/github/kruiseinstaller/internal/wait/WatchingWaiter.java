package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Waits on one cluster inside the bounds of one run. Thread-safe: every wait has its own state. */
public final class WatchingWaiter implements Waiter {
  private final Cluster cluster;
  private final RunControl control;
  private final AtomicLong waitedNanos = new AtomicLong();

  /** Waits on {@code cluster} until {@code control} ends. */
  public WatchingWaiter(Cluster cluster, RunControl control) {
    this.cluster = cluster;
    this.control = control;
  }

  @Override
  public Map<ObjectRef, Manifest> await(
      Cluster.Query query, Collection<ObjectRef> refs, Condition condition, Progress progress) {
    return await(query, refs, List.of(), condition, progress);
  }

  @Override
  public Map<ObjectRef, Manifest> awaitFrom(
      Cluster.Query query, Collection<Manifest> known, Condition condition, Progress progress) {
    return await(query, known.stream().map(Manifest::ref).toList(), known, condition, progress);
  }

  private Map<ObjectRef, Manifest> await(
      Cluster.Query query,
      Collection<ObjectRef> refs,
      Collection<Manifest> known,
      Condition condition,
      Progress progress) {
    if (refs.isEmpty()) {
      throw new IllegalArgumentException("nothing to wait for");
    }
    long start = control.time().nanos();
    try {
      Watched watched = new Watched(refs, condition, progress, control);
      return new WatchLoop(cluster, control, query, watched).run(known);
    } finally {
      waitedNanos.addAndGet(control.time().nanos() - start);
    }
  }

  @Override
  public Duration waited() {
    return Duration.ofNanos(waitedNanos.get());
  }
}
