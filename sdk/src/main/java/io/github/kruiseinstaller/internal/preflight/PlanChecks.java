package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.planner.Permission;
import io.github.kruiseinstaller.internal.planner.PermissionCheck;
import io.github.kruiseinstaller.internal.planner.Permissions;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.plan.ExistingInstallation;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether the API server takes every object in dry run, and the caller may do what it takes. */
final class PlanChecks {
  static final String DRY_RUN = "dry-run";
  static final String TAKE_OVER = "take-over";
  static final String PERMISSIONS = "permissions";
  static final String HELPFUL = "helpful-permissions";

  /** That nothing was heard in time says nothing of the release. */
  private static final Set<FailureCode> UNANSWERED =
      Set.of(FailureCode.TIMEOUT, FailureCode.CLUSTER_UNREACHABLE);

  private final Release release;
  private final PermissionCheck permissions;
  private final Cluster cluster;

  PlanChecks(Release release, PermissionCheck permissions, Cluster cluster) {
    this.release = release;
    this.permissions = permissions;
    this.cluster = cluster;
  }

  List<Check> look(PlanOutcome outcome) {
    List<Check> found = new ArrayList<>();
    found.add(dryRun(outcome));
    takeOver(outcome).ifPresent(found::add);
    Seen<Boolean> everything = Seen.by(cluster::allowedEverything);
    if (everything.orElse(false)) {
      found.add(Check.pass(PERMISSIONS, CheckCategory.PERMISSIONS, "the caller may do everything"));
      return found;
    }
    found.add(required(outcome));
    found.add(helpful());
    return found;
  }

  private static Check dryRun(PlanOutcome outcome) {
    PreparedPlan prepared = outcome.plan();
    Failure failure = outcome.failure();
    if (prepared != null) {
      long writes = prepared.plan().stages().stream().mapToLong(stage -> stage.writes()).sum();
      return Check.pass(
          DRY_RUN,
          CheckCategory.CLUSTER,
          prepared.plan().isNoOp()
              ? "nothing is to be written: the cluster is as the release wants it"
              : "the API server takes what is to be written, in dry run: "
                  + PlainText.count(writes, "write"));
    }
    if (failure == null || failure.code() == FailureCode.PERMISSION_DENIED) {
      return Check.skipped(
          DRY_RUN, CheckCategory.CLUSTER, "no plan can be made without more permissions");
    }
    if (UNANSWERED.contains(failure.code())) {
      return Check.skipped(
          DRY_RUN, CheckCategory.CLUSTER, "no plan could be made in time: " + failure.message());
    }
    return Check.fail(DRY_RUN, CheckCategory.CLUSTER, failure.message(), failure.remedy())
        .about(failure.object())
        .seen(failure.evidence());
  }

  private static Optional<Check> takeOver(PlanOutcome outcome) {
    PreparedPlan prepared = outcome.plan();
    ExistingInstallation there = prepared == null ? null : prepared.plan().existingInstallation();
    if (there == null) {
      return Optional.empty();
    }
    Failure refusal = there.refusal();
    return Optional.of(
        refusal == null
            ? Check.pass(
                TAKE_OVER,
                CheckCategory.INSTALLATION,
                "made by " + there.owner() + ", and taken over as the options say")
            : Check.fail(TAKE_OVER, CheckCategory.INSTALLATION, refusal.message(), refusal.remedy())
                .about(refusal.object())
                .seen(refusal.evidence()));
  }

  private Check required(PlanOutcome outcome) {
    PreparedPlan prepared = outcome.plan();
    if (prepared != null && prepared.plan().isNoOp()) {
      return Check.pass(
          PERMISSIONS, CheckCategory.PERMISSIONS, "nothing is to be written, which all may do");
    }
    Set<Permission> needed = prepared == null ? Permissions.of(release) : Permissions.of(prepared);
    Seen<List<String>> missing = Seen.by(() -> permissions.missing(needed));
    if (!missing.isSeen()) {
      return unknown(PERMISSIONS, missing);
    }
    List<String> lacking = new ArrayList<>(missing.orElse(List.of()));
    Failure failure = outcome.failure();
    if (lacking.isEmpty() && failure != null && failure.code() == FailureCode.PERMISSION_DENIED) {
      lacking.addAll(failure.evidence());
    }
    return lacking.isEmpty()
        ? Check.pass(
            PERMISSIONS,
            CheckCategory.PERMISSIONS,
            "the caller may do all " + needed.size() + " things that the plan takes")
        : Check.fail(
                PERMISSIONS,
                CheckCategory.PERMISSIONS,
                PlainText.count(lacking.size(), "permission") + " missing",
                PermissionCheck.REMEDY)
            .seen(lacking);
  }

  private Check helpful() {
    Seen<List<String>> missing = Seen.by(() -> permissions.missing(Permissions.helpful(release)));
    if (!missing.isSeen()) {
      return unknown(HELPFUL, missing);
    }
    List<String> lacking = missing.orElse(List.of());
    return lacking.isEmpty()
        ? Check.pass(
            HELPFUL,
            CheckCategory.PERMISSIONS,
            "the caller may prove, look for reasons and end back-offs")
        : Check.warn(
                HELPFUL,
                CheckCategory.PERMISSIONS,
                PlainText.count(lacking.size(), "permission")
                    + " missing that an installation can do without: the proof is weaker, failures"
                    + " are explained less",
                PermissionCheck.REMEDY)
            .seen(lacking);
  }

  private static Check unknown(String id, Seen<?> asked) {
    return Check.skipped(
        id, CheckCategory.PERMISSIONS, "permissions cannot be asked for: " + asked.unseen());
  }
}
