package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.stage.Retreat;
import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.internal.wait.WatchingWaiter;
import io.github.kruiseinstaller.internal.webhook.Arming;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.report.StageStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Carries out stages, one after the other, and notes how each went. Used by the run's thread. */
final class StageRunner {
  /** The stages of an upgrade in which the old replicas are still there. */
  private static final Set<Stage> UNDER_WAY =
      EnumSet.of(Stage.MANAGER, Stage.ROLLOUT, Stage.CUT_OVER, Stage.PROVE);

  /** Going back takes about six seconds where the new replicas serve already. */
  private static final Duration RETREAT = Duration.ofSeconds(30);

  private final Session session;
  private final Ledger ledger;

  StageRunner(Session session, Ledger ledger) {
    this.session = session;
    this.ledger = ledger;
  }

  /** Carries out the plan, stage by stage; disarms when a stage after arming fails. */
  void carryOut(PreparedPlan prepared) {
    carryOut(prepared, StageList::step);
  }

  /** The same with steps of one's own. */
  void carryOut(PreparedPlan prepared, Function<Stage, StageStep> steps) {
    StageContext.Environment environment =
        new StageContext.Environment(
            session.run().id(),
            prepared,
            session.cluster(),
            session::cleanup,
            new WatchingWaiter(session.cluster(), session.control()),
            session.workers(),
            session.control(),
            session.events(),
            session.settings().proofs());
    boolean armed = false;
    Stage under = Stage.PLAN;
    try {
      for (PlannedStage planned : prepared.plan().stages()) {
        session.control().cancellation().check();
        under = planned.stage();
        carryOut(planned, environment, steps.apply(planned.stage()));
        armed |= planned.stage() == Stage.ARM && planned.writes() > 0;
        if (planned.stage() == Stage.VERIFY) {
          // It works: whatever fails from here on is no reason to switch it off.
          armed = false;
        }
      }
    } catch (Throwable e) {
      if (armed) {
        disarm(prepared.release(), e);
      }
      if (canGoBack(prepared.plan(), under)) {
        throw explained(e, under, retreat(prepared, e));
      }
      throw e;
    }
  }

  /**
   * Whether an upgrade has failed while the old replicas still serve. One that was cancelled stays
   * where it is: old and new replicas serve, and the next run goes on.
   */
  private boolean canGoBack(InstallPlan plan, Stage under) {
    return plan.stage(Stage.CUT_OVER).isPresent()
        && UNDER_WAY.contains(under)
        && !session.control().cancellation().isCancelled();
  }

  private List<String> retreat(PreparedPlan prepared, Throwable failure) {
    return session.cleaningUp(
        RETREAT, (cluster, control) -> new Retreat(cluster, control, prepared).after(failure));
  }

  private static InstallException explained(Throwable e, Stage under, List<String> done) {
    Failure failure = Failures.of(e, under);
    List<String> evidence = new ArrayList<>(failure.evidence());
    evidence.addAll(done);
    return new InstallException(failure.seen(evidence), e);
  }

  /** A stage that writes nothing. */
  <T> T reading(Stage stage, String why, Supplier<T> work) {
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

  private void carryOut(
      PlannedStage planned, StageContext.Environment environment, StageStep step) {
    StageContext context = new StageContext(planned.stage(), environment);
    ledger.started(planned.stage(), planned.why());
    StageStatus status = StageStatus.FAILED;
    try {
      if (planned.writes() > 0 || planned.stage() == Stage.PROVE) {
        session.checkLock();
      }
      step.run(context);
      status = context.degraded().isEmpty() ? StageStatus.DONE : StageStatus.DEGRADED;
    } finally {
      ledger.ended(
          planned.stage(),
          status,
          new Ledger.Work(
              context.waited(), context.written(), context.notes(), context.degraded()));
    }
  }

  /** Disarms after a failure; what goes wrong is added to it. */
  void disarm(Release release, Throwable failure) {
    new Arming(
            session.cluster(),
            session::cleanup,
            session.workers(),
            (configuration, action, webhooks) ->
                session
                    .events()
                    .accept(new InstallEvent.ArmingChanged(configuration, false, webhooks)))
        .disarmAfterFailure(release.webhookConfigurations(), failure);
  }
}
