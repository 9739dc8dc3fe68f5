package io.github.kruiseinstaller.internal.lock;

import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.Time;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of an installation, for one run: a Lease in its namespace that says who works there. Two
 * installers never work at the same time, whatever their clocks say:
 *
 * <ul>
 *   <li>Whoever holds it renews it every {@link #RENEWED_EVERY}. A holder counts as dead once
 *       somebody else has seen an unchanged Lease for {@link #DURATION} on his own steady clock, as
 *       in client-go's leader election; two clocks are never compared. One whose process is proven
 *       to have ended is replaced at once.
 *   <li>Every write to the Lease is a create, or a replacement of just the version that was read:
 *       of two who want it, one gets it.
 *   <li>A holder that could not renew for {@link #DURATION} less {@link #MARGIN} writes nothing
 *       until it has renewed, nor does one whose machine was suspended or whose clock was set: a
 *       renewal that the API server accepts proves that nobody had it in between. One that is
 *       refused, because somebody has it, took it away or deleted it, ends the holder's run ({@code
 *       lock-lost}).
 * </ul>
 *
 * <p>What a run may do that has lost the lock: read. It does not disarm, not even what it has armed
 * itself: whoever came after it has planned with that in view, may rely on it by now, and disarms
 * when it does not work. It does not delete its proof's configuration, which matches nothing but
 * its own probes and which the next proof deletes. And it leaves the Lease alone.
 *
 * <p>Thread-safe.
 */
public final class InstallationLock {
  /** The Lease's API version. */
  public static final String API_VERSION = "coordination.k8s.io/v1";

  /** Its kind. */
  public static final String KIND = "Lease";

  /** Its name, in the installation's namespace. */
  public static final String NAME = "kruise-installer";

  /** How long a holder that does not renew counts as alive. */
  public static final Duration DURATION = Duration.ofSeconds(10);

  /** How often a holder renews. */
  public static final Duration RENEWED_EVERY = Duration.ofSeconds(3);

  /** How long before others may replace it a holder stops to write: requests take their time. */
  static final Duration MARGIN = Duration.ofSeconds(3);

  private static final Logger LOG = LoggerFactory.getLogger("io.github.kruiseinstaller");
  private static final Duration FRESH = DURATION.minus(MARGIN);

  /**
   * Only the run itself writes the Lease, from two threads at most: the one that keeps it, and one
   * of those that are about to write. It needs few tries.
   */
  private static final int MOST_TRIES = 5;

  private final ObjectRef lease;
  private final Holder self;
  private final ProcessTable processes;
  private final Time time;

  /** Held by the one writer that renews; the others need no renewal of their own. */
  private final Object renewing = new Object();

  private @Nullable Tenure tenure;
  private @Nullable InstallException lost;
  private @Nullable Future<?> renewal;

  /**
   * The lock of an installation.
   *
   * @param namespace the installation's
   * @param self who wants it
   * @param processes where it can be seen whether a holder on this machine is dead
   * @param time the clocks
   */
  public InstallationLock(String namespace, Holder self, ProcessTable processes, Time time) {
    this.lease = ObjectRef.namespaced(API_VERSION, KIND, namespace, NAME);
    this.self = self;
    this.processes = processes;
    this.time = time;
  }

  /** The Lease. */
  public ObjectRef lease() {
    return lease;
  }

  /** Looks at the Lease. What is read of an installation afterwards is as new as that, or newer. */
  public Sighting look(Cluster cluster) {
    return Sighting.of(cluster, lease, time);
  }

  /**
   * Takes the lock, and waits for it when another one has it.
   *
   * @param cluster bound to {@code control}
   * @param seen what was seen before planning
   * @throws InstallException LOCKED when somebody else has it for longer than the terms allow
   * @throws ClusterException when the API server refuses
   */
  public Taken take(Cluster cluster, RunControl control, Sighting seen, Terms terms) {
    return new Acquisition(this, cluster, control, terms).from(seen);
  }

  /**
   * Renews from now on, until it is given back or lost.
   *
   * @param cluster bound to the run's cancellation; its deadline does not matter
   */
  public synchronized void keep(Workers workers, Cluster cluster) {
    Renewal kept = new Renewal(this, cluster, time);
    renewal =
        workers.start(
            () -> {
              kept.run();
              return true;
            });
  }

  /**
   * Before a stage that writes: reads the Lease, which must still be ours.
   *
   * @throws InstallException LOCK_LOST when it is not
   */
  public void check(Cluster cluster) {
    Tenure now = tenure();
    requireOurs(cluster.get(lease).orElse(null), now);
    require(cluster);
  }

  /**
   * Before a write: asks nobody when the last renewal was a short while ago, and renews otherwise.
   *
   * @throws InstallException LOCK_LOST when it is not ours
   */
  public void require(Cluster cluster) {
    if (!isFresh()) {
      synchronized (renewing) {
        if (!isFresh()) {
          renew(cluster);
        }
      }
    }
  }

  private boolean isFresh() {
    return tenure().renewedAt().isWithin(FRESH, time);
  }

  /**
   * Says again that we are here.
   *
   * @throws InstallException LOCK_LOST when it is not ours
   */
  void renew(Cluster cluster) {
    for (int tries = 1; ; tries++) {
      Tenure now = tenure();
      Moment sentAt = Moment.now(time);
      LeaseRecord renewed = LeaseRecord.of(now.live()).renewed(time.now());
      try {
        renewed(cluster.replace(renewed.in(now.live()), Write.PERSIST), sentAt);
        return;
      } catch (ClusterException e) {
        if (!(e.isStale() || e.isNotFound()) || tries == MOST_TRIES) {
          throw e;
        }
      }
      // Our own renewal whose answer got lost, the one of our other thread, or the end.
      seen(requireOurs(cluster.get(lease).orElse(null), now));
    }
  }

  /**
   * Gives the lock back, if it is ours: the Lease stays and names nobody. Never throws; what cannot
   * be given back runs out by itself. Nothing may be written afterwards.
   *
   * @param cluster usable although the run has ended
   */
  public void release(Cluster cluster) {
    Tenure last = end();
    if (last == null) {
      return;
    }
    try {
      release(cluster, last);
    } catch (RuntimeException e) {
      LOG.info("{} was not given back and runs out by itself: {}", lease, e.getMessage());
    }
  }

  /**
   * Gives the lock back, if it is ours, and leaves no Lease: the installation is gone. Never
   * throws; what cannot be deleted runs out by itself.
   *
   * @param cluster usable although the run has ended
   */
  public void remove(Cluster cluster) {
    Tenure last = end();
    if (last == null) {
      return;
    }
    try {
      cluster.delete(lease, last.live().uid());
    } catch (RuntimeException e) {
      LOG.info("{} was not deleted and runs out by itself: {}", lease, e.getMessage());
    }
  }

  private void release(Cluster cluster, Tenure last) {
    Manifest live = last.live();
    for (int tries = 1; live != null && isOurs(live, last) && tries <= MOST_TRIES; tries++) {
      LeaseRecord released = LeaseRecord.of(live).released(time.now());
      try {
        cluster.replace(released.in(live), Write.PERSIST);
        return;
      } catch (ClusterException e) {
        if (!e.isStale()) {
          throw e;
        }
      }
      live = cluster.get(lease).orElse(null);
    }
  }

  private synchronized @Nullable Tenure end() {
    Tenure last = lost == null ? tenure : null;
    if (renewal != null) {
      renewal.cancel(true);
    }
    tenure = null;
    return last;
  }

  /** It is ours since a request that was sent then. */
  synchronized void hold(Manifest live, Moment sentAt) {
    tenure = new Tenure(live, sentAt);
  }

  /** It is still ours. What has been given back meanwhile stays given back. */
  private synchronized void renewed(Manifest live, Moment sentAt) {
    if (tenure != null && sentAt.nanos() - tenure.renewedAt().nanos() >= 0) {
      tenure = new Tenure(live, sentAt);
    }
  }

  /** A newer version of it that is ours. */
  private synchronized void seen(Manifest live) {
    if (tenure != null) {
      tenure = new Tenure(live, tenure.renewedAt());
    }
  }

  String identity() {
    return self.identity();
  }

  ProcessTable processes() {
    return processes;
  }

  private synchronized Tenure tenure() {
    if (lost != null) {
      // Each failure of a run has causes and suppressed ones of its own.
      throw new InstallException(lost.failure(), lost);
    }
    if (tenure == null) {
      throw new IllegalStateException(lease + " is not held");
    }
    return tenure;
  }

  private Manifest requireOurs(@Nullable Manifest live, Tenure now) {
    if (live != null && isOurs(live, now)) {
      return live;
    }
    synchronized (this) {
      if (lost == null) {
        lost = LockFailures.lost(lease, self.identity(), live);
      }
      throw new InstallException(lost.failure(), lost);
    }
  }

  /** Nobody else writes our identity, so it is ours whatever else has changed about it. */
  private boolean isOurs(Manifest live, Tenure now) {
    return LeaseRecord.of(live).holder().equals(self.identity())
        && String.valueOf(live.uid()).equals(String.valueOf(now.live().uid()));
  }

  /**
   * That it is ours.
   *
   * @param live the Lease as it was last seen
   * @param renewedAt when the last renewal was sent, by our own clocks
   */
  private record Tenure(Manifest live, Moment renewedAt) {}

  /**
   * On which terms the lock is wanted.
   *
   * @param patience how long to wait for another holder, at most until the run's deadline
   * @param namespaceMaker makes the namespace when there is none; says whether there is one then
   * @param waiting told when the wait begins, and when it is for somebody else
   */
  public record Terms(Duration patience, BooleanSupplier namespaceMaker, WaitListener waiting) {}

  /** Told that the lock is waited for. */
  @FunctionalInterface
  public interface WaitListener {
    /** {@code holder} has it; the wait has lasted for {@code soFar}. */
    void waiting(String holder, Duration soFar);
  }

  /** How it was taken. */
  public enum Taken {
    /** It was free when it was seen, and nobody had it since. */
    AS_SEEN,
    /** Somebody has held it since it was seen, or held it then. */
    AFTER_ANOTHER,
    /** It was not: there is no namespace for it, and so nobody who could hold it. */
    NO_NAMESPACE
  }
}
