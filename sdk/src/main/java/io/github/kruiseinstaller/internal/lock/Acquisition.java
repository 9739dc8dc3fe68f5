package io.github.kruiseinstaller.internal.lock;

import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.lock.InstallationLock.Taken;
import io.github.kruiseinstaller.internal.lock.InstallationLock.Terms;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to get the lock, waits included. Used by one thread. */
final class Acquisition {
  private static final Logger LOG = LoggerFactory.getLogger("io.github.kruiseinstaller");

  /** Short, because whoever waits has nothing else to do; a GET is all it costs. */
  private static final Duration LOOKS_EVERY = Duration.ofMillis(250);

  /** Others who want it too may be faster a few times. */
  private static final int MOST_REFUSALS = 20;

  private final InstallationLock lock;
  private final Cluster cluster;
  private final RunControl control;
  private final Terms terms;
  private final long startedAt;
  private int refusals;

  /** The first sighting of what the Lease says now. */
  private Sighting unchanged;

  /** Upon which sighting our last try to take it was sent, and when; null before the first. */
  private @Nullable Sighting basis;

  private Moment sentAt;
  private String told = "";

  Acquisition(InstallationLock lock, Cluster cluster, RunControl control, Terms terms) {
    this.lock = lock;
    this.cluster = cluster;
    this.control = control;
    this.terms = terms;
    this.startedAt = control.time().nanos();
    this.sentAt = Moment.now(control.time());
    this.unchanged = new Sighting(null, startedAt);
  }

  Taken from(Sighting seen) {
    Sighting now = seen;
    while (true) {
      control.cancellation().check();
      observe(now);
      if (isOurs(now)) {
        lock.hold(Objects.requireNonNull(now.lease()), sentAt);
        return how(seen);
      }
      if (!mayTake(now)) {
        await(now);
      } else {
        switch (tryToTake(now)) {
          case DONE -> {
            return how(seen);
          }
          case NO_NAMESPACE -> {
            return Taken.NO_NAMESPACE;
          }
          default -> {}
        }
      }
      now = lock.look(cluster);
    }
  }

  /** Notes since when the Lease says what it says. */
  private void observe(Sighting now) {
    if (!unchanged.isSame(now)) {
      unchanged = now;
    }
  }

  private boolean isOurs(Sighting now) {
    return basis != null
        && now.lease() != null
        && LeaseRecord.of(now.lease()).holder().equals(lock.identity());
  }

  private Taken how(Sighting seen) {
    boolean asSeen = seen.isFree() && basis != null && seen.version().equals(basis.version());
    return asSeen ? Taken.AS_SEEN : Taken.AFTER_ANOTHER;
  }

  private boolean mayTake(Sighting now) {
    if (now.isFree() || now.lease() == null) {
      return true;
    }
    LeaseRecord record = LeaseRecord.of(now.lease());
    String why = null;
    if (Holder.parse(record.holder()).map(one -> one.isGone(lock.processes())).orElse(false)) {
      why = "its process has ended";
    } else if (now.atNanos() - unchanged.atNanos() >= record.duration().toNanos()) {
      why = "it was not renewed for " + record.duration().toSeconds() + " s";
    }
    if (why != null) {
      LOG.info("{} is taken over from {}: {}", lock.lease(), Holder.describe(record.holder()), why);
    }
    return why != null;
  }

  private Outcome tryToTake(Sighting now) {
    basis = now;
    sentAt = Moment.now(control.time());
    Manifest live = now.lease();
    try {
      lock.hold(live == null ? create() : replace(live), sentAt);
      return Outcome.DONE;
    } catch (ClusterException e) {
      if (live == null && e.isNotFound()) {
        if (!terms.namespaceMaker().getAsBoolean()) {
          return Outcome.NO_NAMESPACE;
        }
        countRefusal();
        return tryToTake(now);
      }
      if (!(e.isStale() || e.isAlreadyExists() || e.isNotFound())) {
        throw e;
      }
      countRefusal();
      return Outcome.LOOK_AGAIN;
    }
  }

  private Manifest create() {
    LeaseRecord record = LeaseRecord.first(lock.identity(), control.time().now());
    return cluster.create(record.lease(lock.lease()), Write.PERSIST);
  }

  private Manifest replace(Manifest live) {
    LeaseRecord record = LeaseRecord.of(live).taken(lock.identity(), control.time().now());
    return cluster.replace(record.in(live), Write.PERSIST);
  }

  private void countRefusal() {
    refusals++;
    if (refusals > MOST_REFUSALS) {
      throw LockFailures.contended(lock.lease(), refusals);
    }
  }

  /**
   * Waits a moment for another holder.
   *
   * @throws InstallException LOCKED when there is no time left
   */
  private void await(Sighting now) {
    LeaseRecord record = LeaseRecord.of(Objects.requireNonNull(now.lease()));
    Duration soFar = Duration.ofNanos(control.time().nanos() - startedAt);
    Duration left = terms.patience().minus(soFar);
    if (left.isNegative() || left.isZero() || control.deadline().passed()) {
      throw LockFailures.locked(lock.lease(), record, soFar);
    }
    if (!told.equals(record.holder())) {
      told = record.holder();
      terms.waiting().waiting(Holder.describe(told) + " holds it", soFar);
    }
    control.sleep(left.compareTo(LOOKS_EVERY) < 0 ? left : LOOKS_EVERY);
    if (control.deadline().passed()) {
      throw LockFailures.locked(lock.lease(), record, soFar);
    }
  }

  private enum Outcome {
    DONE,
    NO_NAMESPACE,
    LOOK_AGAIN
  }
}
