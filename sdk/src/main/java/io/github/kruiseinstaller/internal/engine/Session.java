package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.cluster.Cluster;
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
 * One run's way to its cluster, its threads and its bounds; all are gone when it is closed. Used by
 * one thread.
 */
final class Session implements AutoCloseable {
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

  /** The cluster, inside the run's bounds. */
  Cluster cluster() {
    return cluster(control);
  }

  /** The cluster for a moment more, although the run was cancelled or its deadline has passed. */
  Cluster cleanup() {
    Duration limit = run.cancellation().isCancelled() ? CLEANUP_AFTER_CANCEL : CLEANUP;
    return cluster(control(limit, new Cancellation()));
  }

  /** Does something that takes a while longer, although the run's deadline has passed. */
  <T> T cleaningUp(Duration limit, BiFunction<Cluster, RunControl, T> work) {
    RunControl bounds = control(limit, run.cancellation());
    return work.apply(cluster(bounds), bounds);
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

  private Cluster cluster(RunControl bounds) {
    Clusters open = connection;
    if (open == null) {
      open = access.open();
      connection = open;
    }
    return open.bind(bounds);
  }

  @Override
  public void close() {
    workers.close();
    if (connection != null) {
      connection.close();
    }
  }
}
