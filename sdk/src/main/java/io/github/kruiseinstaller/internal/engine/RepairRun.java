package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.diagnosis.PodAdmission;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.diagnose.Diagnoser;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.planner.Permission;
import io.github.kruiseinstaller.internal.planner.PermissionCheck;
import io.github.kruiseinstaller.internal.planner.Permissions;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.repair.PreparedRepair;
import io.github.kruiseinstaller.internal.repair.Repairs;
import io.github.kruiseinstaller.internal.repair.Repairs.Sighting;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.RepairReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of the repair verb: load, find out, plan, then the plan's stages. Used by one thread.
 *
 * <p>A repair waits for the lock as an installation does, also while Pods are refused: a holder
 * that is alive will disarm or finish, and one that is dead is replaced within {@link
 * io.github.kruiseinstaller.internal.lock.InstallationLock#DURATION}. Only where the lock cannot be
 * had at all, for lack of permission or of a namespace that takes it, disarming goes without it:
 * the incident must not last for want of a Lease. That write lets Pods through and does nothing
 * else; another installer at work sees it at its next look and says so. Nothing else is ever mended
 * without the lock.
 */
final class RepairRun {
  private static final String BY_HAND =
      "Do what the diagnosis says, then repair again: it arms the webhooks once they can work.";

  private static final String USUAL_NAMESPACE = "kruise-system";

  private final Session session;
  private final Ledger ledger;
  private final StageRunner stages;
  private DiagnosisReport before;
  private List<Diagnosis> left = List.of();
  private boolean hasRelease;
  private boolean obstructed;

  RepairRun(Session session, Ledger ledger) {
    this.session = session;
    this.ledger = ledger;
    this.stages = new StageRunner(session, ledger);
    this.before = nothingSeen(session);
  }

  /** Finds out what is the matter and plans what to do about it. */
  PreparedRepair prepare() {
    List<String> notes = new ArrayList<>();
    return planned(loaded(notes), notes);
  }

  /**
   * The same, and has the lock afterwards if there is anything to write and it may be had.
   *
   * @param requirement what must hold of the plan; throws when it does not
   */
  PreparedRepair prepareLocked(Consumer<InstallPlan> requirement) {
    List<String> notes = new ArrayList<>();
    Optional<Release> release = loaded(notes);
    String likely = likelyNamespace(release);
    Locking early = Locking.lookedAt(session, likely);
    PreparedRepair first = planned(release, notes);
    PreparedPlan prepared = first.prepared();
    if (Locking.isNeeded(prepared.plan()) && !mayLock(prepared)) {
      requirement.accept(prepared.plan());
      return first;
    }
    String namespace = prepared.release().namespace();
    Locking locking = namespace.equals(likely) ? early : Locking.afterPlanning(session, namespace);
    return locking.take(
        first, PreparedRepair::prepared, () -> planned(release, notes), requirement);
  }

  private Optional<Release> loaded(List<String> notes) {
    return stages.reading(Stage.LOAD, "the release is read, where there is one", () -> load(notes));
  }

  private PreparedRepair planned(Optional<Release> release, List<String> notes) {
    return stages.reading(
        Stage.PLAN,
        "what is the matter is found out, and how it can be mended",
        () -> plan(release.orElse(null), notes));
  }

  /** Where the installation is, as far as that can be told before anything was looked at. */
  private String likelyNamespace(Optional<Release> release) {
    String asked = session.settings().namespace();
    return asked == null ? release.map(Release::namespace).orElse(USUAL_NAMESPACE) : asked;
  }

  private boolean mayLock(PreparedPlan prepared) {
    PermissionCheck check = new PermissionCheck(session.cluster(), session.workers());
    return check.missing(prepared).isEmpty() || check.missing(locking(prepared)).isEmpty();
  }

  private static Set<Permission> locking(PreparedPlan prepared) {
    return Permissions.locking(prepared.release().namespace());
  }

  /**
   * Carries out the plan.
   *
   * @throws InstallException when something is left that keeps the webhooks off, or a permission is
   *     missing; Pods are let through all the same, where the caller may do that
   */
  void carryOut(PreparedRepair repair) {
    List<String> missing =
        new PermissionCheck(session.cluster(), session.workers()).missing(repair.prepared());
    if (!missing.isEmpty()) {
      throw denied(repair, missing);
    }
    if (awaitsAManagerThatWasNotSeen(repair.prepared())) {
      throw unseen(repair.prepared());
    }
    try {
      stages.carryOut(repair.prepared());
    } catch (InstallException e) {
      if (e.failure().code() == FailureCode.PROOF_FAILED) {
        // Whoever had armed them: nobody answers.
        stages.disarm(repair.prepared().release(), e);
      }
      throw e;
    }
    if (repair.obstacle().isPresent()) {
      obstructed = true;
      throw impossible(repair.obstacle().get());
    }
  }

  /** The report of a run that has ended. */
  RepairReport report(InstallReport run) {
    if (obstructed) {
      return new RepairReport(before, run, left);
    }
    return new RepairReport(before, run, run.succeeded() ? stillThere() : leftAfterFailure());
  }

  private Optional<Release> load(List<String> notes) {
    Cluster cluster = session.cluster();
    ledger.server(cluster.server());
    try {
      return ReleaseLoading.load(session, cluster.kubernetesVersion());
    } catch (InstallException e) {
      notes.add(
          "the release cannot be had ("
              + e.failure().message()
              + "); only what lives in the cluster is used");
      return Optional.empty();
    }
  }

  private PreparedRepair plan(@Nullable Release release, List<String> notes) {
    Cluster cluster = session.cluster();
    hasRelease = release != null;
    Diagnoser.Looked looked = look(cluster);
    before = looked.report();
    ledger.release(before.version(), before.namespace());
    requireSeen(looked.live());
    PreparedRepair repair =
        new Repairs(cluster, session.workers(), session.time().now())
            .plan(new Sighting(looked.live(), before, looked.silent()), release, notes);
    left = repair.left();
    return repair;
  }

  private Diagnoser.Looked look(Cluster cluster) {
    return new Diagnoser(cluster, session.workers(), session.control(), hasRelease)
        .look(session.settings().namespace());
  }

  /** Without these nobody can say what is armed, let alone disarm it. */
  private static void requireSeen(LiveInstallation live) {
    if (!live.configurations().isSeen()) {
      throw new InstallException(
          Failure.of(
                  FailureCode.PERMISSION_DENIED,
                  "the webhook configurations cannot be read; nothing was written",
                  "Grant list and update of both kinds of webhook configurations to this user, then"
                      + " repair again.")
              .in(Stage.PLAN)
              .seen(List.of(live.configurations().unseen())));
    }
  }

  private static boolean awaitsAManagerThatWasNotSeen(PreparedPlan prepared) {
    return prepared.plan().stage(Stage.ROLLOUT).isPresent()
        && prepared.release().manifests().stream().noneMatch(each -> each.isKind("Deployment"));
  }

  private InstallException unseen(PreparedPlan prepared) {
    PreparedPlan disarm = disarming(prepared);
    if (!disarm.plan().stages().isEmpty()) {
      stages.carryOut(disarm);
    }
    return new InstallException(
        Failure.of(
                FailureCode.NOT_REPAIRABLE,
                "the manager's Deployment could not be seen, so nothing but the webhooks was"
                    + " touched; Pods are let through",
                "Look at why the cluster does not show it, then repair again.")
            .in(Stage.PLAN)
            .seen(before.unseen()));
  }

  /** Of a plan only that the webhooks are switched off. */
  private static PreparedPlan disarming(PreparedPlan prepared) {
    return new PreparedPlan(
        only(prepared.plan(), prepared.plan().stage(Stage.DISARM).stream().toList()),
        prepared.release(),
        prepared.manifests(),
        prepared.patches());
  }

  private InstallException denied(PreparedRepair repair, List<String> missing) {
    PreparedPlan prepared = repair.prepared();
    PreparedPlan first = disarming(prepared);
    Set<Permission> needed = new LinkedHashSet<>(Permissions.of(first));
    if (!session.isLocked()) {
      needed.removeAll(locking(prepared));
    }
    boolean disarms =
        !first.plan().stages().isEmpty()
            && new PermissionCheck(session.cluster(), session.workers()).missing(needed).isEmpty();
    if (disarms) {
      stages.carryOut(first);
    }
    return new InstallException(
        Failure.of(
                FailureCode.PERMISSION_DENIED,
                "permissions are missing; "
                    + (disarms
                        ? "the webhooks were switched off, so that Pods are let through"
                        : "nothing was written"),
                "Grant them to this user with a ClusterRole and binding, then repair again.")
            .in(Stage.PLAN)
            .seen(missing));
  }

  private static InstallPlan only(InstallPlan plan, List<PlannedStage> stages) {
    return new InstallPlan(
        plan.version(),
        plan.namespace(),
        plan.server(),
        plan.kubernetesVersion(),
        plan.releaseDigest(),
        stages,
        plan.blastRadius(),
        plan.warnings(),
        plan.fingerprint());
  }

  private static InstallException impossible(Diagnosis obstacle) {
    FailureCode code =
        Arrays.stream(FailureCode.values())
            .filter(each -> each.id().equals(obstacle.code().id()))
            .findFirst()
            .orElse(FailureCode.NOT_REPAIRABLE);
    return new InstallException(
        Failure.of(
                code,
                "a person must mend this first; Pods are let through meanwhile: "
                    + obstacle.summary(),
                obstacle.remedy() + " " + BY_HAND)
            .about(obstacle.object())
            .in(Stage.PLAN)
            .seen(obstacle.evidence()));
  }

  /** What was left and has not passed meanwhile: a daemon, for one, may only have been starting. */
  private List<Diagnosis> stillThere() {
    if (left.isEmpty()) {
      return left;
    }
    try {
      Set<DiagnosisCode> codes = EnumSet.noneOf(DiagnosisCode.class);
      left.forEach(each -> codes.add(each.code()));
      return look(session.cleanup()).report().diagnoses().stream()
          .filter(each -> codes.contains(each.code()))
          .toList();
    } catch (RuntimeException e) {
      return left;
    }
  }

  /** What the cluster looks like after a failure, or before when it cannot be looked at again. */
  private List<Diagnosis> leftAfterFailure() {
    try {
      List<Diagnosis> now = look(session.cleanup()).report().diagnoses();
      List<Diagnosis> causes =
          now.stream().filter(each -> each.code() != DiagnosisCode.CONFIGURATIONS_PARKED).toList();
      return causes.isEmpty() ? before.diagnoses() : causes;
    } catch (RuntimeException e) {
      return left.isEmpty() ? before.diagnoses() : left;
    }
  }

  private static DiagnosisReport nothingSeen(Session session) {
    String namespace = session.settings().namespace();
    return new DiagnosisReport(
        Release.UNKNOWN_VERSION,
        namespace == null ? "" : namespace,
        "",
        Duration.ZERO,
        new PodAdmission(PodAdmission.Answer.UNKNOWN, "", "not asked"),
        List.of(),
        List.of());
  }
}
