package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.Checks;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.LiveInstallationReader;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.planner.PermissionCheck;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Looks whether a release can be installed: everything at once, and no longer at anything than its
 * bounds allow. Used by one thread.
 */
public final class Preflight {
  private static final List<PreflightCheck> CHECKS =
      List.of(
          new ClusterVersionCheck(),
          new InstallationChecks(),
          new NamespaceChecks(),
          new PodAdmissionChecks(),
          new QuotaCheck(),
          new NodeFitCheck(),
          new ImageChecks(),
          new NetworkCheck(),
          new ProviderCheck(),
          new DefinitionChecks(),
          new WebhookChecks(),
          new DaemonRuntimeCheck());

  private final Cluster cluster;
  private final RunControl control;
  private final Workers workers;
  private final Function<Release, PreparedPlan> planning;
  private final Function<RuntimeException, Failure> explanation;

  /**
   * A preflight.
   *
   * @param cluster bound so that it gives up soon
   * @param control the bounds of looking
   * @param workers the run's threads
   * @param planning what an installation of a release would do, by the same cluster
   * @param explanation words for what ends planning
   */
  public Preflight(
      Cluster cluster,
      RunControl control,
      Workers workers,
      Function<Release, PreparedPlan> planning,
      Function<RuntimeException, Failure> explanation) {
    this.cluster = cluster;
    this.control = control;
    this.workers = workers;
    this.planning = planning;
    this.explanation = explanation;
  }

  /** Looks. */
  public Checks run(Release release, String kubernetesVersion) {
    // Planning waits for tasks of its own; it holds one thread meanwhile, and there are more.
    Future<PlanOutcome> planning = workers.start(() -> plan(release));
    Future<Seen<List<Manifest>>> nodes =
        workers.start(() -> Seen.by(() -> cluster.list(Query.all("v1", "Node", null)).items()));
    LiveInstallation live = new LiveInstallationReader(cluster, workers).read(release.namespace());
    Scene scene =
        new Scene(release, cluster, control, workers, kubernetesVersion, live, workers.join(nodes));
    List<Future<List<Check>>> looking = new ArrayList<>();
    CHECKS.forEach(check -> looking.add(workers.start(() -> check.look(scene))));
    List<Check> found =
        new ArrayList<>(
            new PlanChecks(release, new PermissionCheck(cluster, workers), cluster)
                .look(workers.join(planning)));
    looking.forEach(each -> found.addAll(workers.join(each)));
    return new Checks(found);
  }

  private PlanOutcome plan(Release release) {
    try {
      return PlanOutcome.made(planning.apply(release));
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException e) {
      return PlanOutcome.ended(explanation.apply(e));
    }
  }
}
