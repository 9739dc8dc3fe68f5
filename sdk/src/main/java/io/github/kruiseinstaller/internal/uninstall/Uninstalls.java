package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.planner.PermissionCheck;
import io.github.kruiseinstaller.internal.planner.UninstallPermissions;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Plans uninstallations. Reads only. */
public final class Uninstalls {
  private final Cluster cluster;
  private final Workers workers;
  private final UninstallOptions options;

  /** Plans for one run. */
  public Uninstalls(Cluster cluster, Workers workers, UninstallOptions options) {
    this.cluster = cluster;
    this.workers = workers;
    this.options = options;
  }

  /**
   * Finds what belongs to the installation.
   *
   * @param namespace the manager's namespace, or null to find it
   * @param release whose objects go, or null for all that is known of charts
   * @throws InstallException when too little may be seen
   */
  public Survey survey(@Nullable String namespace, @Nullable Release release) {
    try {
      return new Surveyor(cluster, workers).survey(namespace, release, options.removesNamespaces());
    } catch (ClusterException e) {
      if (e.status() != 403) {
        throw e;
      }
      List<String> missing =
          new PermissionCheck(cluster, workers).missing(UninstallPermissions.surveying());
      throw denied(missing.isEmpty() ? List.of(e.answer().message()) : missing, e);
    }
  }

  /**
   * Plans.
   *
   * @param notes what a person should know of how the release was had
   * @throws InstallException when custom resources are in the way, something is protected, nobody
   *     would take finalizers off, or permissions are missing: before anything is written
   */
  public PreparedUninstall plan(Survey survey, Optional<Release> release, List<String> notes) {
    List<String> warnings = new ArrayList<>(notes);
    warnings.addAll(survey.warnings());
    PreparedUninstall prepared =
        new UninstallPlanner(cluster, workers, options).plan(survey, release, warnings);
    if (!prepared.plan().isNoOp() && !cluster.allowedEverything()) {
      List<String> missing =
          new PermissionCheck(cluster, workers)
              .missing(UninstallPermissions.of(prepared.plan().changes()));
      if (!missing.isEmpty()) {
        throw denied(missing, null);
      }
    }
    return prepared;
  }

  private static InstallException denied(List<String> missing, @Nullable Throwable cause) {
    return new InstallException(
        Failure.of(
                FailureCode.PERMISSION_DENIED,
                "permissions are missing; nothing was written",
                "Grant them to this user with a ClusterRole and binding, then run again;"
                    + " ClusterRoles.uninstalling() is a role that is enough.")
            .seen(missing),
        cause);
  }
}
