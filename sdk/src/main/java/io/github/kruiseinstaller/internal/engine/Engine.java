package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.diagnose.Diagnoser;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.repair.PreparedRepair;
import io.github.kruiseinstaller.internal.retry.Time;
import io.github.kruiseinstaller.internal.uninstall.PreparedUninstall;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.PreflightReport;
import io.github.kruiseinstaller.report.RepairFailedException;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.uninstall.UninstallFailedException;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallPlan;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs the verbs of one installer. Thread-safe; keeps nothing between runs. */
public final class Engine {
  private final Clusters.Source access;
  private final Settings settings;
  private final Time time;

  /** An engine for a cluster and options. */
  public Engine(Clusters.Source access, Settings settings, Time time) {
    this.access = access;
    this.settings = settings;
    this.time = time;
  }

  /** Finds out what is the matter; writes nothing and tells no listener. */
  public DiagnosisReport diagnose(Run run) {
    return looking(
        run,
        Stage.PLAN,
        session ->
            new Diagnoser(
                    session.cluster(),
                    session.workers(),
                    session.control(),
                    settings.release() != null)
                .diagnose(settings.namespace()));
  }

  /** Plans; writes nothing and tells no listener. */
  public InstallPlan plan(Run run) {
    EventSink events = new EventSink(List.of());
    Ledger ledger = new Ledger(run, time, events, settings.namespace());
    try (Session session = new Session(run, access, settings, time, events)) {
      return new InstallRun(session, ledger).prepare().plan();
    } catch (Throwable e) {
      throw new InstallException(Failures.of(e, run.currentStage().orElse(Stage.LOAD)), e);
    }
  }

  /**
   * Installs.
   *
   * @param expected the plan that must still hold, or null for whatever is to be done now
   */
  public InstallReport install(Run run, @Nullable InstallPlan expected) {
    EventSink events = new EventSink(settings.listeners());
    Ledger ledger = new Ledger(run, time, events, settings.namespace());
    try (Session session = new Session(run, access, settings, time, events)) {
      InstallRun install = new InstallRun(session, ledger);
      PreparedPlan prepared = install.prepareLocked(now -> requireSame(expected, now));
      ledger.planned(prepared.plan());
      install.carryOut(prepared);
    } catch (Throwable e) {
      Failure failure = Failures.of(e, run.currentStage().orElse(Stage.LOAD));
      throw new InstallFailedException(ledger.failed(failure), e);
    }
    return ledger.succeeded();
  }

  /** Looks whether the release can be installed; writes nothing and tells no listener. */
  public PreflightReport preflight(Run run) {
    return looking(run, Stage.LOAD, session -> new LookingRun(session).preflight());
  }

  /** What the caller must be allowed to do; asks the cluster for its version only. */
  public Manifest requiredRole(Run run) {
    return looking(run, Stage.LOAD, session -> new LookingRun(session).requiredRole());
  }

  /** Looks whether the installation works; writes nothing and tells no listener. */
  public HealthReport verify(Run run) {
    return looking(run, Stage.LOAD, session -> new LookingRun(session).verify());
  }

  private <T> T looking(Run run, Stage stage, Function<Session, T> look) {
    try (Session session = new Session(run, access, settings, time, new EventSink(List.of()))) {
      return look.apply(session);
    } catch (Throwable e) {
      throw new InstallException(Failures.of(e, stage), e);
    }
  }

  /** Plans a repair; writes nothing and tells no listener. */
  public InstallPlan planRepair(Run run) {
    EventSink events = new EventSink(List.of());
    Ledger ledger = new Ledger(run, time, events, settings.namespace());
    try (Session session = new Session(run, access, settings, time, events)) {
      return new RepairRun(session, ledger).prepare().prepared().plan();
    } catch (Throwable e) {
      throw new InstallException(Failures.of(e, run.currentStage().orElse(Stage.LOAD)), e);
    }
  }

  /**
   * Repairs.
   *
   * @param expected the plan that must still hold, or null for whatever is to be done now
   */
  public RepairReport repair(Run run, @Nullable InstallPlan expected) {
    EventSink events = new EventSink(settings.listeners());
    Ledger ledger = new Ledger(run, time, events, settings.namespace());
    try (Session session = new Session(run, access, settings, time, events)) {
      RepairRun repair = new RepairRun(session, ledger);
      try {
        PreparedRepair prepared = repair.prepareLocked(now -> requireSame(expected, now));
        ledger.planned(prepared.prepared().plan());
        repair.carryOut(prepared);
      } catch (Throwable e) {
        session.unlock();
        Failure failure = Failures.of(e, run.currentStage().orElse(Stage.LOAD));
        throw new RepairFailedException(failure, repair.report(ledger.failed(failure)), e);
      }
      session.unlock();
      return repair.report(ledger.succeeded());
    }
  }

  /** Plans an uninstallation; writes nothing and tells no listener. */
  public UninstallPlan planUninstall(Run run, UninstallOptions options) {
    EventSink events = new EventSink(List.of());
    Ledger ledger = new Ledger(run, time, events, settings.namespace());
    try (Session session = new Session(run, access, settings, time, events)) {
      return new UninstallRun(session, ledger, options).prepare().plan();
    } catch (Throwable e) {
      throw new InstallException(Failures.of(e, run.currentStage().orElse(Stage.SURVEY)), e);
    }
  }

  /**
   * Uninstalls.
   *
   * @param expected the plan that must still hold, or null for whatever is to be done now
   */
  public UninstallReport uninstall(
      Run run, UninstallOptions options, @Nullable UninstallPlan expected) {
    EventSink events = new EventSink(settings.listeners());
    Ledger ledger = new Ledger(run, time, events, settings.namespace());
    try (Session session = new Session(run, access, settings, time, events)) {
      UninstallRun uninstall = new UninstallRun(session, ledger, options);
      try {
        InstallPlan wanted = expected == null ? null : expected.changes();
        PreparedUninstall prepared = uninstall.prepareLocked(now -> requireSame(wanted, now));
        ledger.planned(prepared.plan().changes());
        uninstall.carryOut(prepared);
      } catch (Throwable e) {
        session.unlock();
        Failure failure = Failures.of(e, run.currentStage().orElse(Stage.SURVEY));
        throw new UninstallFailedException(failure, uninstall.report(ledger.failed(failure)), e);
      }
      session.unlock();
      return uninstall.report(ledger.succeeded());
    }
  }

  private static void requireSame(@Nullable InstallPlan expected, InstallPlan now) {
    if (expected != null && !expected.fingerprint().equals(now.fingerprint())) {
      throw new InstallException(
          Failure.of(
                  FailureCode.PLAN_STALE,
                  "the release or the cluster has changed since the plan was made; nothing was"
                      + " written",
                  "Make a new plan, look at it, and install that one.")
              .in(Stage.PLAN)
              .seen(PlanDifference.between(expected, now)));
    }
  }
}
