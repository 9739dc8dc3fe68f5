package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.lock.InstallationLock;
import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.internal.retry.Deadline;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.Time;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run's way to its cluster, its threads, its bounds and its lock; all are gone when it is
 * closed. Used by one thread.
 */
final class Session implements AutoCloseable {
  /** How long giving the lock back may take: without it, it runs out by itself. */
  private static final Duration RELEASE = Duration.ofSeconds(5);

  /** The same when somebody waits for a cancelled run to end. */
  private static final Duration RELEASE_AFTER_CANCEL = Duration.ofMillis(700);

  /** How long cleaning up may take once the run has failed. */
  private static final Duration CLEANUP = Duration.ofSeconds(10);

  /**
   * The same when somebody waits for a cancelled run to end. It takes a few hundredths of a second;
   * a slow API server is given more, because half a disarming helps nobody.
   */
  private static final Duration CLEANUP_AFTER_CANCEL = Duration.ofSeconds(5);

  private final Run run;
  private final Clusters.Source access;
  private final Settings settings;
  private final Time time;
  private final Consumer<InstallEvent> events;
  private final RunControl control;
  private final Workers workers;
  private @Nullable Clusters connection;
  private volatile @Nullable InstallationLock lock;

  Session(
      Run run,
      Clusters.Source access,
      Settings settings,
      Time time,
      Consumer<InstallEvent> events) {
    this.run = run;
    this.access = access;
    this.settings = settings;
    this.time = time;
    this.events = events;
    this.workers = new Workers(run.id(), run.cancellation());
    this.control = control(settings.timeout(), run.cancellation());
  }

  Run run() {
    return run;
  }

  Settings settings() {
    return settings;
  }

  Time time() {
    return time;
  }

  Consumer<InstallEvent> events() {
    return events;
  }

  RunControl control() {
    return control;
  }

  Workers workers() {
    return workers;
  }

  /** The cluster, inside the run's bounds; once the run has the lock, no writes get by it. */
  Cluster cluster() {
    return guarded(plainCluster(control));
  }

  /**
   * The cluster for a moment more, although the run was cancelled or its deadline has passed. A run
   * that has lost its lock does not clean up either: what it would undo may be in use by the one
   * that has the lock now.
   */
  Cluster cleanup() {
    Duration limit = run.cancellation().isCancelled() ? CLEANUP_AFTER_CANCEL : CLEANUP;
    return guarded(plainCluster(control(limit, new Cancellation())));
  }

  /** The cluster, inside the run's bounds, for the lock itself. */
  Cluster unguarded() {
    return plainCluster(control);
  }

  /** From now on nothing is written without this lock, which is renewed until it is given back. */
  void lockedBy(InstallationLock held) {
    lock = held;
    held.keep(workers, unguarded());
  }

  /** Whether the run has got the lock; it may have lost it since. */
  boolean isLocked() {
    return lock != null;
  }

  /**
   * Before a stage that writes: that the lock is still ours. A run that needs none passes.
   *
   * @throws io.github.kruiseinstaller.error.InstallException when it is lost
   */
  void checkLock() {
    InstallationLock held = lock;
    if (held != null) {
      held.check(unguarded());
    }
  }

  /** Gives the lock back, where the run has it. Nothing may be written from then on. */
  void unlock() {
    InstallationLock held = lock;
    if (held == null) {
      return;
    }
    // The release must reach the cluster although the thread was interrupted.
    boolean interrupted = Thread.interrupted();
    try {
      held.release(releasing(interrupted));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Gives the lock back for good, with its Lease, and goes on without: what is left to do, if
   * anything, takes away where it is kept.
   */
  void removeLock() {
    InstallationLock held = lock;
    if (held != null) {
      held.remove(releasing(Thread.currentThread().isInterrupted()));
      lock = null;
    }
  }

  private Cluster releasing(boolean interrupted) {
    boolean awaited = interrupted || run.cancellation().isCancelled();
    Duration limit = awaited ? RELEASE_AFTER_CANCEL : RELEASE;
    return plainCluster(control(limit, new Cancellation()));
  }

  private Cluster guarded(Cluster plain) {
    return plain.guarded(
        () -> {
          InstallationLock held = lock;
          if (held != null) {
            held.require(plain);
          }
        });
  }

  /** Does something that takes a while longer, although the run's deadline has passed. */
  <T> T cleaningUp(Duration limit, BiFunction<Cluster, RunControl, T> work) {
    RunControl bounds = control(limit, run.cancellation());
    return work.apply(guarded(plainCluster(bounds)), bounds);
  }

  private RunControl control(Duration limit, Cancellation cancellation) {
    return new RunControl(
        time,
        Deadline.in(limit, time),
        cancellation,
        settings.retry(),
        (object, cause, attempt, delay) ->
            events.accept(
                new InstallEvent.Retrying(
                    run.currentStage().orElse(Stage.LOAD), object, cause, attempt, delay)));
  }

  private Cluster plainCluster(RunControl bounds) {
    Clusters open = connection;
    if (open == null) {
      open = access.open();
      connection = open;
    }
    return open.bind(bounds);
  }

  @Override
  public void close() {
    unlock();
    workers.close();
    if (connection != null) {
      connection.close();
    }
  }
}
