package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.planner.ClusterFacts;
import io.github.kruiseinstaller.internal.planner.PermissionCheck;
import io.github.kruiseinstaller.internal.planner.Planner;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.internal.retry.Deadline;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.Time;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.wait.WatchingWaiter;
import io.github.kruiseinstaller.internal.webhook.Arming;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.report.StageStatus;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of the install verb: load, plan, then the plan's stages. Used by one thread. */
final class InstallRun implements AutoCloseable {
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
  private final EventSink events;
  private final Ledger ledger;
  private final RunControl control;
  private final Workers workers;
  private @Nullable Clusters connection;
  private @Nullable ClusterFacts facts;

  InstallRun(
      Run run,
      Clusters.Source access,
      Settings settings,
      Time time,
      EventSink events,
      Ledger ledger) {
    this.run = run;
    this.access = access;
    this.settings = settings;
    this.time = time;
    this.events = events;
    this.ledger = ledger;
    this.workers = new Workers(run.id(), run.cancellation());
    this.control = control(settings.timeout(), run.cancellation());
  }

  /** Loads the release and plans. */
  PreparedPlan prepare() {
    Release release = stage(Stage.LOAD, "the release is read and validated", this::load);
    ledger.release(release.version(), release.namespace());
    return stage(
        Stage.PLAN,
        "the live state is read and the changes are worked out",
        () -> {
          Cluster cluster = cluster(control);
          ClusterFacts known = Objects.requireNonNull(facts, "the release was loaded first");
          Planner planner = new Planner(cluster, workers, known);
          return new PermissionCheck(cluster, workers, known)
              .explaining(release, () -> planner.plan(release));
        });
  }

  /** Carries out the plan, stage by stage; disarms when a stage after arming fails. */
  void carryOut(PreparedPlan prepared) {
    Cluster cluster = cluster(control);
    StageContext.Environment environment =
        new StageContext.Environment(
            run.id(),
            prepared,
            cluster,
            this::cleanup,
            new WatchingWaiter(cluster, control),
            workers,
            control,
            events,
            settings.proofs());
    boolean armed = false;
    try {
      for (PlannedStage planned : prepared.plan().stages()) {
        control.cancellation().check();
        carryOut(planned, environment);
        armed |= planned.stage() == Stage.ARM && planned.writes() > 0;
      }
    } catch (RuntimeException e) {
      if (armed) {
        disarm(prepared.release(), e);
      }
      throw e;
    }
  }

  private void carryOut(PlannedStage planned, StageContext.Environment environment) {
    StageContext context = new StageContext(planned.stage(), environment);
    ledger.started(planned.stage(), planned.why());
    StageStatus status = StageStatus.FAILED;
    try {
      StageList.step(planned.stage()).run(context);
      status = context.degraded().isEmpty() ? StageStatus.DONE : StageStatus.DEGRADED;
    } finally {
      ledger.ended(
          planned.stage(),
          status,
          new Ledger.Work(
              context.waited(), context.written(), context.notes(), context.degraded()));
    }
  }

  private void disarm(Release release, RuntimeException failure) {
    new Arming(
            cluster(control),
            this::cleanup,
            workers,
            (configuration, action, webhooks) ->
                events.accept(new InstallEvent.ArmingChanged(configuration, false, webhooks)))
        .disarmAfterFailure(release.webhookConfigurations(), failure);
  }

  private Release load() {
    Cluster cluster = cluster(control);
    ledger.server(cluster.server());
    ClusterFacts asked = ClusterFacts.ask(cluster, workers);
    facts = asked;
    Release release =
        settings
            .release()
            .load(new ReleaseRequest(settings.namespace(), asked.kubernetesVersion()));
    for (Customizer customizer : settings.customizers()) {
      release = customizer.customize(release);
    }
    return release;
  }

  private <T> T stage(Stage stage, String why, Supplier<T> work) {
    ledger.started(stage, why);
    StageStatus status = StageStatus.FAILED;
    try {
      T result = work.get();
      status = StageStatus.DONE;
      return result;
    } finally {
      ledger.ended(stage, status, Ledger.Work.NONE);
    }
  }

  private Cluster cleanup() {
    Duration limit = run.cancellation().isCancelled() ? CLEANUP_AFTER_CANCEL : CLEANUP;
    return cluster(control(limit, new Cancellation()));
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
