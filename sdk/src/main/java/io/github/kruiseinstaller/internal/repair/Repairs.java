package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.planner.Planner;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.release.Release;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans repairs. Reads and dry runs only. */
public final class Repairs {
  private static final Set<DiagnosisCode> OUTDATED_LISTS =
      EnumSet.of(DiagnosisCode.WEBHOOK_PATH_NOT_SERVED, DiagnosisCode.WEBHOOK_PATHS_OUTDATED);
  private static final String FROM_THE_CLUSTER = "; only what lives in the cluster is used";

  private final Cluster cluster;
  private final Workers workers;
  private final Instant now;

  /** Plans for one run. */
  public Repairs(Cluster cluster, Workers workers, Instant now) {
    this.cluster = cluster;
    this.workers = workers;
    this.now = now;
  }

  /**
   * What a repair starts from.
   *
   * @param live what is in the cluster
   * @param report what is the matter with it
   * @param silent OpenKruise's webhooks that must answer for a Pod that has got no answer
   */
  public record Sighting(LiveInstallation live, DiagnosisReport report, List<String> silent) {
    /** Copies the list. */
    public Sighting {
      silent = List.copyOf(silent);
    }
  }

  /**
   * Plans.
   *
   * @param seen what was found out
   * @param release the release at hand, or null
   * @param notes what a person should know of how the release was had
   */
  public PreparedRepair plan(Sighting seen, @Nullable Release release, List<String> notes) {
    LiveInstallation live = seen.live();
    DiagnosisReport report = seen.report();
    List<String> warnings = new ArrayList<>(notes);
    Optional<Release> usable = Optional.ofNullable(release);
    if (release != null) {
      Optional<String> misfit = misfit(release, live, report);
      misfit.ifPresent(why -> warnings.add(why + FROM_THE_CLUSTER));
      usable = usable.filter(found -> misfit.isEmpty());
    }
    Restoration restoration =
        usable
            .map(found -> new Restoration(found, () -> compared(found, warnings)))
            .orElseGet(Restoration::none);
    boolean outdated =
        report.diagnoses().stream().anyMatch(each -> OUTDATED_LISTS.contains(each.code()));
    Incident incident = new Incident(seen, RealLists.of(live, usable, outdated), restoration, now);
    return new RepairPlanner(cluster, incident, warnings).plan();
  }

  private Optional<PreparedPlan> compared(Release release, List<String> warnings) {
    try {
      return Optional.of(new Planner(cluster, workers).plan(release));
    } catch (InstallException | ClusterException e) {
      warnings.add(
          "the release cannot be compared with the cluster ("
              + e.getMessage()
              + ")"
              + FROM_THE_CLUSTER);
      return Optional.empty();
    }
  }

  /** Why a release is not the one that is installed. */
  private static Optional<String> misfit(
      Release release, LiveInstallation live, DiagnosisReport report) {
    String namespace = live.location().namespace();
    if (!release.namespace().equals(namespace)) {
      return Optional.of(
          "the release at hand is for namespace "
              + release.namespace()
              + " and the manager is in "
              + namespace);
    }
    // A tag that cannot be pulled says nothing of what is installed.
    boolean tells =
        report.diagnoses().stream()
            .noneMatch(each -> each.code() == DiagnosisCode.IMAGE_PULL_FAILED);
    return tells
            && !live.version().equals(Release.UNKNOWN_VERSION)
            && !release.version().equals(Release.UNKNOWN_VERSION)
            && !live.version().equals(release.version())
        ? Optional.of(
            "the release at hand is OpenKruise "
                + release.version()
                + " and "
                + live.version()
                + " is installed, and a repair is no upgrade")
        : Optional.empty();
  }
}
