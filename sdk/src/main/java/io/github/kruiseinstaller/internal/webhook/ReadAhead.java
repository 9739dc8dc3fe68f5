package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A live object that is already being read when it is asked for the first time, and is read anew
 * every time after. Used by one thread.
 */
final class ReadAhead {
  private final Cluster cluster;
  private final Workers workers;
  private final ObjectRef ref;
  private @Nullable Future<Optional<Manifest>> ahead;

  /** Starts to read. */
  ReadAhead(Cluster cluster, Workers workers, ObjectRef ref) {
    this.cluster = cluster;
    this.workers = workers;
    this.ref = ref;
    this.ahead = workers.start(() -> cluster.get(ref));
  }

  /** The live object, or empty when it does not exist. */
  Optional<Manifest> get() {
    Future<Optional<Manifest>> started = ahead;
    ahead = null;
    return started == null ? cluster.get(ref) : workers.join(started);
  }
}
