package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.inventory.InventoryDraft;
import io.github.kruiseinstaller.internal.inventory.InventoryPlanner;
import io.github.kruiseinstaller.internal.live.NamespaceMark;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.wait.Conditions;
import io.github.kruiseinstaller.internal.wait.CrdEstablished;
import io.github.kruiseinstaller.internal.wait.DeploymentRollout;
import io.github.kruiseinstaller.internal.webhook.BlastRadius;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns a release and the live state into a plan. Reads and dry runs only. */
public final class Planner {
  private final Cluster cluster;
  private final Workers workers;
  private final ClusterFacts facts;
  private final InventoryPlanner inventories;
  private final @Nullable TakeOverPlanner takeOvers;

  /** A planner that asks for all that it has to know. */
  public Planner(Cluster cluster, Workers workers) {
    this(cluster, workers, ClusterFacts.ask(cluster, workers));
  }

  /** A planner for one run. */
  public Planner(Cluster cluster, Workers workers, ClusterFacts facts) {
    this.cluster = cluster;
    this.workers = workers;
    this.facts = facts;
    this.inventories = InventoryPlanner.following(cluster, workers);
    this.takeOvers = null;
  }

  private Planner(
      Planner other, InventoryPlanner inventories, @Nullable TakeOverPlanner takeOvers) {
    this.cluster = other.cluster;
    this.workers = other.workers;
    this.facts = other.facts;
    this.inventories = inventories;
    this.takeOvers = takeOvers;
  }

  /** The same planner for an installation, which records what it writes, and prunes. */
  public Planner recording(PruneOptions options) {
    return new Planner(this, InventoryPlanner.recording(cluster, workers, options), takeOvers);
  }

  /**
   * The same, for installing: an installation that somebody else made is taken over as the option
   * says, or, without one, the plan says that it is refused. Any other planner compares only.
   */
  public Planner takingOver(@Nullable TakeOver option) {
    return new Planner(this, inventories, new TakeOverPlanner(cluster, workers, option));
  }

  /**
   * Plans the installation of a release.
   *
   * @throws InstallException when it is clear beforehand that the release cannot be installed
   */
  public PreparedPlan plan(Release plain) {
    InventoryDraft inventory = inventories.draft(plain);
    Release labelled = inventory.release();
    ExternalAuthority authority = ExternalAuthority.read(cluster, labelled);
    Map<ObjectRef, Manifest> wanted = new LinkedHashMap<>();
    for (Manifest manifest : NamespaceManifests.labelled(labelled)) {
      Manifest member = inventory.member(authority.broughtInto(manifest));
      wanted.put(manifest.ref(), NamespaceMark.where(member, facts.namespaces()));
    }
    refuseTerminating(facts.namespaces(), wanted.values());
    LiveState live =
        new LiveStateReader(cluster, workers, facts)
            .read(labelled, wanted.values(), inventory.recorded());
    List<Manifest> definitions =
        live.objects().values().stream().filter(Planner::isDefinition).toList();
    if (takeOvers != null) {
      refuseVanishing(definitions);
    }
    UpgradeRules.require(labelled, live);
    TakeOverPlan takeOver =
        takeOvers == null
            ? TakeOverPlan.none(live, List.of())
            : takeOvers.plan(labelled, live, wanted.values());
    List<PlannedStage> stages = stages(labelled, authority, takeOver);
    // What is taken over becomes a member as a whole.
    Release release =
        takeOver.existing() == null ? inventory.settled(stages, live.objects()) : labelled;
    if (!release.equals(labelled)) {
      stages = stages(release, authority, takeOver);
    }
    inventory.addTo(stages, live.objects().values(), live.namespaces());
    List<String> warnings = new ArrayList<>(Warnings.of(release, facts.kubernetesVersion()));
    warnings.addAll(takeOver.warnings());
    warnings.addAll(inventory.warnings());
    InstallPlan draft =
        new InstallPlan(
            release.version(),
            release.namespace(),
            cluster.server(),
            facts.kubernetesVersion(),
            release.digest(),
            stages,
            BlastRadius.of(
                release.webhookConfigurations(),
                wanted.values().stream().filter(Planner::isDefinition).toList(),
                NamespaceManifests.future(live.namespaces(), wanted.values())),
            warnings,
            "",
            takeOver.existing());
    return new PreparedPlan(
        Fingerprint.in(draft),
        release,
        wanted,
        Map.of(),
        takeOver.adoptions(),
        inventory.plan(),
        unserved(definitions));
  }

  private static List<PlannedStage> stages(
      Release release, ExternalAuthority authority, TakeOverPlan takeOver) {
    LiveState live = takeOver.live();
    Map<ObjectRef, PlannedChange> changes = new HashMap<>(live.changes());
    WebhookPlanner webhooks =
        new WebhookPlanner(release, live.objects(), live.serving()).trusting(authority.bundle());
    ManagerTransition transition = ManagerTransition.of(release, live);
    WebhookPlanner.Disarm disarm = webhooks.disarm(transition);
    ObjectRef manager = release.managerDeployment().ref();
    SideBySide upgrade = new SideBySide(release, live);
    boolean beside = transition.isSideBySide() && disarm.changes().isEmpty();
    if (beside) {
      changes.put(manager, upgrade.held());
      // Which replicas it leads to is said stage by stage.
      changes.remove(release.webhookService().ref());
    }

    List<PlannedStage> stages = new ArrayList<>();
    if (!disarm.changes().isEmpty()) {
      stages.add(new PlannedStage(Stage.DISARM, disarm.why(), disarm.changes()));
    }
    stages.addAll(takeOver.first());
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
    parked.addAll(webhooks.park(disarm));
    stages.add(
        new PlannedStage(
            Stage.PARK,
            "identities, RBAC, Service, Secret and webhook configurations that match nothing yet",
            parked));
    List<PlannedChange> workloads = new ArrayList<>(beside ? upgrade.kept() : List.of());
    workloads.addAll(
        withRetries(
            stage(Stage.MANAGER, "", changes, WORKLOADS::contains).changes(), live.retries()));
    stages.add(new PlannedStage(Stage.MANAGER, "the manager and the daemon", workloads));

    if (beside) {
      stages.addAll(webhooks.stages(upgrade));
    } else {
      boolean rolledOut =
          transition.isUntouched()
              && live.object(manager)
                  .map(found -> DeploymentRollout.available().of(found).done())
                  .orElse(false);
      stages.addAll(webhooks.stages(rolledOut, disarm));
    }
    stages.addAll(takeOver.last());
    return stages;
  }

  private static final List<String> WORKLOADS = List.of("Deployment", "DaemonSet");
  private static final List<String> OWN_STAGE =
      List.of("Namespace", "CustomResourceDefinition", "Deployment", "DaemonSet");

  /** A workload that is as it should be, but for its Pods, is not applied: its retry is enough. */
  private static List<PlannedChange> withRetries(
      List<PlannedChange> workloads, List<PlannedChange> retries) {
    List<ObjectRef> retried = retries.stream().map(PlannedChange::object).toList();
    return Stream.concat(
            workloads.stream().filter(workload -> !retried.contains(workload.object())),
            retries.stream())
        .toList();
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

  private static boolean isDefinition(Manifest manifest) {
    return manifest.isKind("CustomResourceDefinition");
  }

  private static List<Manifest> unserved(List<Manifest> definitions) {
    CrdEstablished established = new CrdEstablished();
    return definitions.stream().filter(each -> !established.of(each).done()).toList();
  }

  /** What is written to a definition that is being deleted goes with it, and so does the kind. */
  private static void refuseVanishing(List<Manifest> definitions) {
    List<Manifest> vanishing =
        definitions.stream()
            .filter(each -> each.at("metadata", "deletionTimestamp") != null)
            .sorted((a, b) -> a.ref().compareTo(b.ref()))
            .toList();
    if (vanishing.isEmpty()) {
      return;
    }
    Manifest first = vanishing.get(0);
    throw new InstallException(
        Failure.of(
                FailureCode.CRD_NOT_ESTABLISHED,
                first.ref() + " is being deleted",
                "Wait until it is gone and run again, or find out what holds it: kubectl get crd "
                    + first.name()
                    + " -o yaml, status.conditions, and kubectl get "
                    + first.name()
                    + " -A, whose finalizers may be waited for.")
            .about(first.ref())
            .in(Stage.PLAN)
            .seen(vanishing.stream().map(Planner::vanishing).toList()));
  }

  private static String vanishing(Manifest definition) {
    String why = Conditions.explain(definition, "Terminating");
    return definition.ref()
        + ": deletionTimestamp "
        + definition.text("metadata", "deletionTimestamp")
        + (why.isEmpty() ? "" : ", " + why);
  }

  private static void refuseTerminating(List<Manifest> namespaces, Collection<Manifest> wanted) {
    for (Manifest manifest : wanted) {
      Optional<Manifest> terminating =
          manifest.isKind("Namespace")
              ? namespaces.stream()
                  .filter(found -> found.name().equals(manifest.name()))
                  .filter(found -> found.at("metadata", "deletionTimestamp") != null)
                  .findFirst()
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
