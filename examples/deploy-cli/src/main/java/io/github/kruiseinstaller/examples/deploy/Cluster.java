package io.github.kruiseinstaller.examples.deploy;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.examples.deploy.Standing.State;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.PreflightReport;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One cluster of the fleet, and all that is asked of the SDK about it. Thread-safe. */
final class Cluster {
  /** Failures that say nothing of the cluster's health: to diagnose it would only distract. */
  private static final Set<FailureCode> NO_ILLNESS =
      Set.of(FailureCode.PLAN_STALE, FailureCode.LOCKED, FailureCode.CANCELLED);

  private final String name;
  private final OpenKruiseInstaller installer;
  private final CtrlC ctrlC;

  Cluster(String name, OpenKruiseInstaller installer, CtrlC ctrlC) {
    this.name = name;
    this.installer = installer;
    this.ctrlC = ctrlC;
  }

  String name() {
    return name;
  }

  /** Only reads: whether OpenKruise works now. */
  Standing status() {
    try {
      HealthReport health = ctrlC.join(installer.startVerify());
      return health.health().isWorking()
          ? Standing.seen(this, State.WORKING, health, List.of())
          : Standing.seen(this, State.NOT_WORKING, health, List.of(Reason.of(health)));
    } catch (InstallException e) {
      return Standing.seen(this, State.NOT_WORKING, null, List.of(Reason.of(e.failure())));
    }
  }

  /** Only reads: what is there, what would be written, and what stands in the way. */
  Standing plan() {
    try {
      HealthReport health = ctrlC.join(installer.startVerify());
      PreflightReport preflight = ctrlC.join(installer.startPreflight());
      if (!preflight.passed()) {
        List<Reason> obstacles =
            preflight.checks().with(CheckStatus.FAIL).stream().map(Reason::of).toList();
        return Standing.seen(this, State.BLOCKED, health, obstacles);
      }
      InstallPlan plan = ctrlC.join(installer.startPlan());
      if (plan.isNoOp() && !health.health().isWorking()) {
        // Otherwise a second apply would step over the canary at which the first one stopped.
        return Standing.seen(this, State.BLOCKED, health, List.of(Reason.of(health)));
      }
      State state = plan.isNoOp() ? State.UNCHANGED : State.PLANNED;
      return new Standing(this, state, health, plan, List.of(), null, null);
    } catch (InstallException e) {
      return Standing.seen(this, State.BLOCKED, null, List.of(Reason.of(e.failure())));
    }
  }

  /** Does exactly what was planned, and looks whether OpenKruise works then. */
  Standing apply(InstallPlan plan) {
    InstallReport report = null;
    try {
      report = ctrlC.join(installer.startInstall(plan));
      HealthReport health = ctrlC.join(installer.startVerify());
      return health.health().isWorking()
          ? new Standing(this, State.DONE, health, plan, List.of(), report, null)
          : failed(plan, report, health, Reason.of(health), diagnosis());
    } catch (InstallException e) {
      // One without a report of its own comes from verifying what was installed without a failure.
      InstallReport done = e instanceof InstallFailedException failed ? failed.report() : report;
      boolean ill = !NO_ILLNESS.contains(e.failure().code());
      return failed(plan, done, null, Reason.of(e.failure()), ill ? diagnosis() : null);
    }
  }

  private Standing failed(
      InstallPlan plan,
      @Nullable InstallReport report,
      @Nullable HealthReport health,
      Reason reason,
      @Nullable DiagnosisReport diagnosis) {
    return new Standing(this, State.FAILED, health, plan, List.of(reason), report, diagnosis);
  }

  private @Nullable DiagnosisReport diagnosis() {
    try {
      return ctrlC.join(installer.startDiagnose());
    } catch (InstallException e) {
      return null; // What keeps it from looking is most likely the failure that is told anyway.
    }
  }
}
