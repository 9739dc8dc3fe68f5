package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.internal.wait.WatchingWaiter;
import io.github.kruiseinstaller.internal.webhook.Arming;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.report.StageStatus;
import java.util.function.Function;
import java.util.function.Supplier;

/** Carries out stages, one after the other, and notes how each went. Used by the run's thread. */
final class StageRunner {
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
    try {
      for (PlannedStage planned : prepared.plan().stages()) {
        session.control().cancellation().check();
        carryOut(planned, environment, steps.apply(planned.stage()));
        armed |= planned.stage() == Stage.ARM && planned.writes() > 0;
      }
    } catch (RuntimeException e) {
      if (armed) {
        disarm(prepared.release(), e);
      }
      throw e;
    }
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
  void disarm(Release release, RuntimeException failure) {
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
