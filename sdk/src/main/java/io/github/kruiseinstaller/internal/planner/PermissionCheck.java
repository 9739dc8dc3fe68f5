package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ExistingInstallation;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API server (SelfSubjectAccessReview) for every permission that a run needs, so that all
 * missing ones are named at once and before anything is written.
 */
public final class PermissionCheck {
  /** What to do about missing permissions. */
  public static final String REMEDY =
      "Grant them to this user with a ClusterRole and binding, then run again;"
          + " OpenKruiseInstaller.requiredRole() prints a role that is enough.";

  private final Cluster cluster;
  private final Workers workers;

  /** A check for one run. */
  public PermissionCheck(Cluster cluster, Workers workers) {
    this.cluster = cluster;
    this.workers = workers;
  }

  /**
   * Makes a plan, and requires the permissions that carrying it out needs. A plan that fails for a
   * denied request fails with every missing permission named.
   *
   * @throws InstallException with code permission-denied and one line of evidence a permission
   */
  public PreparedPlan explaining(
      Release release, ClusterFacts facts, Supplier<PreparedPlan> planning) {
    PreparedPlan prepared;
    try {
      prepared = planning.get();
    } catch (ClusterException e) {
      if (e.status() != 403) {
        throw e;
      }
      List<String> missing = missing(Permissions.of(release));
      throw denied(missing.isEmpty() ? List.of(e.answer().message()) : missing, e);
    }
    ExistingInstallation there = prepared.plan().existingInstallation();
    boolean refused = there != null && there.refusal() != null;
    if (!refused && !prepared.plan().isNoOp() && !facts.everythingAllowed()) {
      List<String> missing = missing(Permissions.of(prepared));
      if (!missing.isEmpty()) {
        throw denied(missing, null);
      }
    }
    return prepared;
  }

  /** What the caller may not do of what carrying out a plan takes, for people. */
  public List<String> missing(PreparedPlan prepared) {
    return prepared.plan().isNoOp() || cluster.allowedEverything()
        ? List.of()
        : missing(Permissions.of(prepared));
  }

  /** Which of these permissions the caller lacks, for people. */
  public List<String> missing(Collection<Permission> permissions) {
    List<Permission> asked = List.copyOf(permissions);
    List<Boolean> answers =
        workers.map(asked, p -> cluster.allowed(p.verb(), p.object(), p.subresource()));
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      if (!answers.get(i)) {
        missing.add(asked.get(i).toString());
      }
    }
    return missing;
  }

  private static InstallException denied(List<String> missing, @Nullable Throwable cause) {
    return new InstallException(
        new Failure(
            FailureCode.PERMISSION_DENIED,
            Stage.PLAN,
            null,
            "permissions are missing; nothing was written",
            missing,
            REMEDY),
        cause);
  }
}
