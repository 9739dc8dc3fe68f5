package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.Optional;

/** Reads an object and writes what follows from it, again when somebody else wrote in between. */
final class Rewriting {
  static final Cluster.Write PERSIST = Cluster.Write.PERSIST;

  private static final int MOST_TRIES = 20;

  private final Cluster cluster;

  Rewriting(Cluster cluster) {
    this.cluster = cluster;
  }

  /** What is written; it holds only for the resourceVersion that was read. */
  @FunctionalInterface
  interface Write {
    /** Returns whether there was anything to write. */
    boolean over(Cluster cluster, Manifest live);
  }

  /**
   * Writes.
   *
   * @return whether anything was written; not when the object is gone
   */
  boolean write(ObjectRef object, Write write) {
    boolean tried = false;
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      Optional<Manifest> live = cluster.get(object);
      try {
        // An earlier try that was refused as stale may be our own, whose answer got lost.
        return live.isPresent() && (write.over(cluster, live.get()) || tried);
      } catch (ClusterException e) {
        if (!e.isStale() && !e.isNotFound()) {
          throw e;
        }
        tried = true;
      }
    }
    throw new InstallException(
        Failure.of(
                FailureCode.CONFLICT,
                object + " changes all the time: " + MOST_TRIES + " tries found a newer one",
                "Look who writes it (metadata.managedFields), stop that, and run again.")
            .about(object));
  }
}
