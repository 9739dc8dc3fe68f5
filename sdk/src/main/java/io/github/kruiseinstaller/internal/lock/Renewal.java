package io.github.kruiseinstaller.internal.lock;

import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.retry.Time;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews the lock, on a thread of its own, until it is interrupted or the lock is lost. */
final class Renewal {
  private static final Logger LOG = LoggerFactory.getLogger("io.github.kruiseinstaller");

  /** After one that failed, which has taken its own time. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final InstallationLock lock;
  private final Cluster cluster;
  private final Time time;

  Renewal(InstallationLock lock, Cluster cluster, Time time) {
    this.lock = lock;
    this.cluster = cluster;
    this.time = time;
  }

  void run() {
    Duration pause = InstallationLock.RENEWED_EVERY;
    try {
      while (true) {
        time.idle(pause);
        pause = renewed() ? InstallationLock.RENEWED_EVERY : AGAIN;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CancellationException e) {
      LOG.debug("{} is no longer renewed: the run was cancelled", lock.lease());
    } catch (InstallException e) {
      LOG.debug("{} is no longer renewed: it is lost", lock.lease());
    }
  }

  private boolean renewed() {
    try {
      lock.renew(cluster.within(InstallationLock.RENEWED_EVERY));
      return true;
    } catch (ClusterException | DeadlineException e) {
      LOG.debug("{} could not be renewed and will be tried again", lock.lease(), e);
      return false;
    }
  }
}
