package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.cluster.WatchStream;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * List, watch from there, list again when the watch ends or has missed something. Objects that were
 * just written need no list before the first watch.
 */
final class WatchLoop {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final int FORBIDDEN = 403;
  private static final int METHOD_NOT_ALLOWED = 405;

  private final Cluster cluster;
  private final RunControl control;
  private final Cluster.Query query;
  private final Watched watched;
  private Duration pause = FIRST_PAUSE;

  WatchLoop(Cluster cluster, RunControl control, Cluster.Query query, Watched watched) {
    this.cluster = cluster.telling((object, cause, attempt, delay) -> watched.trouble(cause));
    this.control = control;
    this.query = query;
    this.watched = watched;
  }

  /**
   * Runs until all is done.
   *
   * @param known the objects as they were written a moment ago, or none to list them first
   */
  Map<ObjectRef, Manifest> run(Collection<Manifest> known) {
    try {
      OptionalLong since = earliest(known);
      if (since.isPresent()) {
        watched.take(List.copyOf(known));
        if (!watched.isDone()) {
          checkDeadline();
          watch(Long.toString(since.getAsLong()));
        }
        if (watched.isDone()) {
          return watched.found();
        }
      }
      while (true) {
        Cluster.Listing listing = cluster.list(query);
        watched.take(listing.items());
        if (watched.isDone()) {
          return watched.found();
        }
        checkDeadline();
        watch(listing.resourceVersion());
        if (watched.isDone()) {
          return watched.found();
        }
      }
    } catch (DeadlineException e) {
      WaitTimeoutException timeout = watched.timeout();
      timeout.initCause(e);
      throw timeout;
    }
  }

  /**
   * The resourceVersion after which nothing about the objects was missed. They are numbers that
   * grow with each write in every API server over etcd, though clients were long told not to rely
   * on it: whatever is no number is listed first.
   */
  private static OptionalLong earliest(Collection<Manifest> known) {
    long earliest = Long.MAX_VALUE;
    for (Manifest manifest : known) {
      try {
        earliest = Math.min(earliest, Long.parseLong(String.valueOf(manifest.resourceVersion())));
      } catch (NumberFormatException e) {
        return OptionalLong.empty();
      }
    }
    return known.isEmpty() ? OptionalLong.empty() : OptionalLong.of(earliest);
  }

  /** Follows one watch until all is done or the objects must be listed again. */
  private void watch(String resourceVersion) {
    if (resourceVersion.isEmpty()) {
      // The cluster does not have the kind yet, so there is nothing to watch.
      control.sleep(LOOK_AGAIN);
      return;
    }
    boolean heard = false;
    try (WatchStream stream = cluster.watch(query, resourceVersion)) {
      long lookAt = control.time().nanos() + LOOK_AGAIN.toNanos();
      while (!watched.isDone()) {
        checkDeadline();
        Duration wait = Duration.ofNanos(Math.max(0, lookAt - control.time().nanos()));
        Optional<WatchStream.Event> event = stream.next(control.deadline().atMost(wait));
        if (event.isPresent()) {
          heard = true;
          watched.take(event.get());
        }
        if (lookAt - control.time().nanos() <= 0) {
          Cluster.Listing listing = cluster.list(query);
          boolean current = watched.isCurrent(listing.items());
          watched.take(listing.items());
          if (!current) {
            return;
          }
          heard = true;
          lookAt = control.time().nanos() + LOOK_AGAIN.toNanos();
        }
      }
    } catch (WatchStream.WatchEndedException e) {
      pauseUnless(heard);
    } catch (ClusterException e) {
      if (e.status() != FORBIDDEN && e.status() != METHOD_NOT_ALLOWED) {
        throw e;
      }
      // May list but not watch: slower, and better than giving up.
      control.sleep(LOOK_AGAIN);
    }
  }

  /** A watch that ends at once, again and again, must not turn into a storm of requests. */
  private void pauseUnless(boolean heard) {
    if (heard) {
      pause = FIRST_PAUSE;
      return;
    }
    control.sleep(pause);
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LOOK_AGAIN) < 0 ? longer : LOOK_AGAIN;
  }

  private void checkDeadline() {
    control.cancellation().check();
    if (control.deadline().passed()) {
      throw watched.timeout();
    }
  }
}
