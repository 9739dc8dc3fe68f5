package io.github.kruiseinstaller.internal.lock;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.retry.Time;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import org.jspecify.annotations.Nullable;

/**
 * The Lease as it was at a moment.
 *
 * @param lease the Lease, or null when there was none
 * @param atNanos not before that moment, by our own steady clock
 */
public record Sighting(@Nullable Manifest lease, long atNanos) {
  private static final int FORBIDDEN = 403;

  /** Looks. Who may not look sees no Lease: he cannot take it either, and is told when he tries. */
  static Sighting of(Cluster cluster, ObjectRef ref, Time time) {
    try {
      return new Sighting(cluster.get(ref).orElse(null), time.nanos());
    } catch (ClusterException e) {
      if (e.status() != FORBIDDEN) {
        throw e;
      }
      return new Sighting(null, time.nanos());
    }
  }

  /** Whether nobody held the lock. */
  boolean isFree() {
    return lease == null || LeaseRecord.of(lease).isFree();
  }

  /** Whether a Lease says what this one said, and is the same one. */
  boolean isSame(Sighting other) {
    return lease != null
        && other.lease != null
        && String.valueOf(lease.uid()).equals(String.valueOf(other.lease.uid()))
        && LeaseRecord.of(lease).equals(LeaseRecord.of(other.lease));
  }

  /** Which version of which Lease it was; empty for none. No installer ever deletes one. */
  String version() {
    return lease == null ? "" : lease.uid() + " " + lease.resourceVersion();
  }
}
