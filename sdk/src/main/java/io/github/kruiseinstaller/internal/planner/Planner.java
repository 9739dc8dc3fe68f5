package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.wait.DeploymentRollout;
import io.github.kruiseinstaller.internal.webhook.BlastRadius;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Turns a release and the live state into a plan. Reads and dry runs only. */
public final class Planner {
  private final Cluster cluster;
  private final Workers workers;

  /** A planner for one run. */
  public Planner(Cluster cluster, Workers workers) {
    this.cluster = cluster;
    this.workers = workers;
  }

  /**
   * Plans the installation of a release.
   *
   * @throws InstallException when it is clear beforehand that the release cannot be installed
   */
  public PreparedPlan plan(Release release) {
    Map<ObjectRef, Manifest> wanted = new LinkedHashMap<>();
    for (Manifest manifest : NamespaceManifests.labelled(release)) {
      wanted.put(manifest.ref(), manifest);
    }
    LiveState live = new LiveStateReader(cluster, workers).read(release, wanted.values());
    refuseTerminating(live, wanted.values());
    Map<ObjectRef, PlannedChange> changes = objectChanges(wanted, live);
    InstallPlan draft =
        new InstallPlan(
            release.version(),
            release.namespace(),
            cluster.server(),
            cluster.kubernetesVersion(),
            release.digest(),
            stages(release, live, changes),
            BlastRadius.of(
                release.webhookConfigurations(),
                wanted.values().stream().filter(Planner::isDefinition).toList(),
                futureNamespaces(live, wanted)),
            Warnings.of(release, cluster.kubernetesVersion()),
            "");
    return new PreparedPlan(Fingerprint.in(draft), release, wanted);
  }

  private Map<ObjectRef, PlannedChange> objectChanges(
      Map<ObjectRef, Manifest> wanted, LiveState live) {
    List<Manifest> applied =
        wanted.values().stream().filter(manifest -> !isWebhookConfiguration(manifest)).toList();
    ObjectPlanner objects = new ObjectPlanner(cluster);
    List<PlannedChange> planned =
        workers.map(
            applied,
            manifest ->
                objects.plan(
                    manifest,
                    live.object(manifest.ref()).orElse(null),
                    manifest.namespace() == null
                        || live.namespace(manifest.namespace()).isPresent()));
    Map<ObjectRef, PlannedChange> changes = new HashMap<>();
    planned.forEach(change -> changes.put(change.object(), change));
    return changes;
  }

  private List<PlannedStage> stages(
      Release release, LiveState live, Map<ObjectRef, PlannedChange> changes) {
    Manifest manager = release.managerDeployment();
    Optional<Manifest> liveManager = live.object(manager.ref());
    boolean managerChanges =
        writes(changes, manager.ref()) || writes(changes, release.webhookService().ref());
    WebhookPlanner webhooks = new WebhookPlanner(release, live);
    WebhookPlanner.Disarm disarm = webhooks.disarm(managerChanges);

    List<PlannedStage> stages = new ArrayList<>();
    if (!disarm.changes().isEmpty()) {
      stages.add(new PlannedStage(Stage.DISARM, disarm.why(), disarm.changes()));
    }
    stages.add(
        stage(
            Stage.NAMESPACE,
            "namespaces, labelled so that the webhooks spare the manager",
            changes,
            "Namespace"::equals));
    stages.add(
        stage(
            Stage.CRDS,
            "custom resource definitions, Established",
            changes,
            "CustomResourceDefinition"::equals));
    List<PlannedChange> parked =
        new ArrayList<>(
            stage(Stage.PARK, "", changes, kind -> !OWN_STAGE.contains(kind)).changes());
    parked.addAll(webhooks.park());
    stages.add(
        new PlannedStage(
            Stage.PARK,
            "identities, RBAC, Service, Secret and webhook configurations that match nothing yet",
            parked));
    List<PlannedChange> workloads =
        new ArrayList<>(stage(Stage.MANAGER, "", changes, WORKLOADS::contains).changes());
    workloads.addAll(retriesNow(workloads, live));
    stages.add(new PlannedStage(Stage.MANAGER, "the manager and the daemon", workloads));

    boolean rolledOut =
        !managerChanges
            && liveManager
                .map(found -> DeploymentRollout.available().of(found).done())
                .orElse(false);
    stages.addAll(webhooks.stages(rolledOut, disarm));
    return stages;
  }

  private static final List<String> WORKLOADS = List.of("Deployment", "DaemonSet");
  private static final List<String> OWN_STAGE =
      List.of("Namespace", "CustomResourceDefinition", "Deployment", "DaemonSet");

  private List<PlannedChange> retriesNow(List<PlannedChange> workloads, LiveState live) {
    RetryNow retryNow = new RetryNow(cluster);
    List<PlannedChange> retries = new ArrayList<>();
    for (PlannedChange workload : workloads) {
      if (!workload.action().writes()) {
        live.object(workload.object()).ifPresent(found -> retries.addAll(retryNow.plan(found)));
      }
    }
    return retries;
  }

  private static PlannedStage stage(
      Stage stage, String why, Map<ObjectRef, PlannedChange> changes, Predicate<String> kinds) {
    return new PlannedStage(
        stage,
        why,
        changes.values().stream()
            .filter(change -> kinds.test(change.object().kind()))
            .sorted((a, b) -> a.object().compareTo(b.object()))
            .toList());
  }

  private static boolean writes(Map<ObjectRef, PlannedChange> changes, ObjectRef ref) {
    PlannedChange change = changes.get(ref);
    return change != null && change.action().writes();
  }

  private static boolean isDefinition(Manifest manifest) {
    return manifest.isKind("CustomResourceDefinition");
  }

  private static boolean isWebhookConfiguration(Manifest manifest) {
    return manifest.isKind("MutatingWebhookConfiguration")
        || manifest.isKind("ValidatingWebhookConfiguration");
  }

  /** The namespaces as they will be: live ones, with those of the release in their new form. */
  private static List<Manifest> futureNamespaces(LiveState live, Map<ObjectRef, Manifest> wanted) {
    Map<String, Manifest> future = new LinkedHashMap<>();
    live.namespaces().forEach(namespace -> future.put(namespace.name(), namespace));
    wanted.values().stream()
        .filter(manifest -> manifest.isKind("Namespace"))
        .forEach(
            manifest -> future.merge(manifest.name(), manifest, NamespaceManifests::withLabelsOf));
    return List.copyOf(future.values());
  }

  private static void refuseTerminating(LiveState live, Collection<Manifest> wanted) {
    for (Manifest manifest : wanted) {
      Optional<Manifest> terminating =
          manifest.isKind("Namespace")
              ? live.namespace(manifest.name())
                  .filter(found -> found.at("metadata", "deletionTimestamp") != null)
              : Optional.empty();
      if (terminating.isPresent()) {
        throw new InstallException(
            Failure.of(
                    FailureCode.NAMESPACE_TERMINATING,
                    terminating.get().ref() + " is being deleted",
                    "Wait until it is gone, or find out what holds it: kubectl get namespace "
                        + manifest.name()
                        + " -o yaml, status.conditions.")
                .about(manifest.ref())
                .in(Stage.PLAN));
      }
    }
  }
}
