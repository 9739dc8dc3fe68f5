package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.diagnosis.PodAdmission;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.inventory.Inventory;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.planner.Fingerprint;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.planner.RetryNow;
import io.github.kruiseinstaller.internal.planner.WebhookPlanner;
import io.github.kruiseinstaller.internal.planner.WebhookService;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.CrdEstablished;
import io.github.kruiseinstaller.internal.wait.DeploymentRollout;
import io.github.kruiseinstaller.internal.webhook.BlastRadius;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns what is the matter into a plan that mends it. Reads and dry runs only. */
final class RepairPlanner {
  private static final Set<String> WAY_TO_THE_MANAGER = Set.of("Deployment", "Service");
  private static final Map<Stage, String> WHY =
      Map.of(
          Stage.NAMESPACE, "the manager's namespace, spared by its own webhooks",
          Stage.CRDS, "custom resource definitions, Established",
          Stage.PARK, "what the manager needs before it can become Ready, and the way to it",
          Stage.MANAGER, "the manager, which tries again now rather than after its back-off");

  private final Cluster cluster;
  private final Incident incident;
  private final List<String> warnings;

  /**
   * A planner for one run.
   *
   * @param warnings what a person should know before saying yes; planning may add to it
   */
  RepairPlanner(Cluster cluster, Incident incident, List<String> warnings) {
    this.cluster = cluster;
    this.incident = incident;
    this.warnings = warnings;
  }

  /** Plans. */
  PreparedRepair plan() {
    List<Mending> mendings = new ArrayList<>();
    List<Diagnosis> left = new ArrayList<>();
    for (Diagnosis diagnosis : incident.report().diagnoses()) {
      Mends.of(diagnosis, incident).ifPresentOrElse(mendings::addAll, () -> left.add(diagnosis));
    }
    Optional<Diagnosis> obstacle =
        left.stream().filter(each -> Mends.gates(each, incident)).findFirst();
    boolean goesOn =
        obstacle.isEmpty()
            && (left.size() < incident.report().diagnoses().size() || refused() || isSilent());
    PreparedPlan prepared =
        goesOn ? prepared(completed(Mending.together(mendings)), true) : prepared(List.of(), false);
    return new PreparedRepair(incident.report(), prepared, left, obstacle);
  }

  private PreparedPlan prepared(List<Mending> mendings, boolean goesOn) {
    Release release = members(LiveRelease.of(incident, mendings));
    Map<ObjectRef, Manifest> live = new HashMap<>();
    incident.live().ownConfigurations().forEach(each -> live.put(each.ref(), each));
    WebhookPlanner webhooks = new WebhookPlanner(release, live, serving(incident));
    boolean managerChanges =
        mendings.stream().anyMatch(each -> WAY_TO_THE_MANAGER.contains(each.object().kind()));
    WebhookPlanner.Disarm disarm = webhooks.disarm(managerChanges, "");
    List<PlannedStage> stages = new ArrayList<>();
    if (!disarm.changes().isEmpty()) {
      stages.add(new PlannedStage(Stage.DISARM, disarm.why(), disarm.changes()));
    }
    if (goesOn) {
      stages.addAll(mending(mendings, webhooks.park(disarm)));
      stages.addAll(webhooks.stages(rolledOut(managerChanges), disarm));
    }
    return new PreparedPlan(
            Fingerprint.in(draft(release, stages)), release, manifests(mendings), patches(mendings))
        .awaiting(underWay());
  }

  /** What else is needed so that the webhooks can be armed in the end. */
  private List<Mending> completed(List<Mending> found) {
    List<Mending> all = new ArrayList<>(found);
    if (incident.lists().complete()) {
      LabelNamespace.of(incident).ifPresent(all::addAll);
    }
    boolean changes = all.stream().anyMatch(each -> each.object().kind().equals("Deployment"));
    if (!changes && backsOff()) {
      all.addAll(RestartManager.ofThoseThatRun(incident));
    }
    return Mending.together(all);
  }

  /** Whether a container of the manager waits out the back-off of its failures. */
  private boolean backsOff() {
    return incident.live().managerPods().stream()
        .flatMap(pod -> pod.maps("status", "containerStatuses").stream())
        .anyMatch(
            status -> "CrashLoopBackOff".equals(Trees.text(status, "state", "waiting", "reason")));
  }

  private List<PlannedStage> mending(List<Mending> mendings, List<PlannedChange> parked) {
    List<PlannedStage> stages = new ArrayList<>();
    for (Stage stage : List.of(Stage.NAMESPACE, Stage.CRDS, Stage.PARK, Stage.MANAGER)) {
      List<PlannedChange> changes = new ArrayList<>();
      mendings.stream()
          .filter(each -> each.stage() == stage)
          .map(Mending::change)
          .forEach(changes::add);
      if (stage == Stage.CRDS) {
        changes.addAll(awaited(changes));
      }
      if (stage == Stage.PARK) {
        changes.addAll(parked);
      }
      if (stage == Stage.MANAGER) {
        changes.addAll(retriesNow(changes));
      }
      if (!changes.isEmpty()) {
        stages.add(new PlannedStage(stage, String.valueOf(WHY.get(stage)), changes));
      }
    }
    return stages;
  }

  /**
   * Definitions that will be served in a moment: a manager that starts before does without them.
   */
  private List<PlannedChange> awaited(List<PlannedChange> definitions) {
    return underWay().stream()
        .map(Manifest::ref)
        .filter(ref -> definitions.stream().noneMatch(change -> change.object().equals(ref)))
        .map(ref -> PlannedChange.of(ref, ChangeAction.UNCHANGED))
        .toList();
  }

  private List<Manifest> underWay() {
    CrdEstablished established = new CrdEstablished();
    return incident.live().definitions().orElse(List.of()).stream()
        .filter(established::isUnderWay)
        .toList();
  }

  private List<PlannedChange> retriesNow(List<PlannedChange> workloads) {
    LiveInstallation live = incident.live();
    RetryNow retryNow = new RetryNow(cluster);
    return Stream.concat(live.manager().stream(), live.daemon().stream())
        .filter(
            workload ->
                workloads.stream().noneMatch(change -> change.object().equals(workload.ref())))
        .flatMap(workload -> waiting(retryNow, workload).stream())
        .toList();
  }

  /** Who may not see what waits has to wait for it. */
  private static List<PlannedChange> waiting(RetryNow retryNow, Manifest workload) {
    try {
      return retryNow.plan(workload);
    } catch (ClusterException e) {
      return List.of();
    }
  }

  private boolean rolledOut(boolean managerChanges) {
    return !managerChanges
        && incident
            .live()
            .manager()
            .map(manager -> DeploymentRollout.available().of(manager).done())
            .orElse(false);
  }

  /** Whether requests to the armed webhooks are answered, as far as anybody can tell. */
  private static WebhookService serving(Incident incident) {
    DiagnosisReport report = incident.report();
    LiveInstallation live = incident.live();
    if (report.admission().answer() == PodAdmission.Answer.REFUSED) {
      return WebhookService.dead(report.admission().message());
    }
    Optional<Diagnosis> blocking =
        report.diagnoses().stream()
            .filter(each -> !each.blocks().isEmpty() && Mends.gates(each, incident))
            .findFirst();
    if (blocking.isPresent()) {
      return WebhookService.dead(blocking.get().summary());
    }
    List<String> silent = incident.seen().silent();
    if (!silent.isEmpty()) {
      return WebhookService.dead(
          "the API server gives no answer to a Pod that it must ask "
              + String.join(", ", silent)
              + " about");
    }
    return live.endpointSlices().isSeen() && live.readyEndpoints() == 0
        ? WebhookService.dead(live.location().serviceRef() + " has no ready endpoint")
        : WebhookService.ANSWERING;
  }

  private boolean refused() {
    return incident.report().admission().answer() == PodAdmission.Answer.REFUSED;
  }

  /** Whether Pods may be refused without a word: then the proof shows whether anybody answers. */
  private boolean isSilent() {
    return !incident.seen().silent().isEmpty();
  }

  private InstallPlan draft(Release release, List<PlannedStage> stages) {
    return new InstallPlan(
        release.version(),
        release.namespace(),
        cluster.server(),
        cluster.kubernetesVersion(),
        release.digest(),
        stages,
        BlastRadius.of(
            release.webhookConfigurations(),
            release.customResourceDefinitions(),
            incident.live().namespaces().orElse(List.of())),
        warnings,
        "");
  }

  private Map<ObjectRef, Manifest> manifests(List<Mending> mendings) {
    Map<ObjectRef, Manifest> manifests = new HashMap<>();
    for (Mending mending : mendings) {
      Manifest manifest = mending.manifest();
      if (manifest != null) {
        manifests.put(mending.object(), member(manifest));
      }
    }
    return manifests;
  }

  /** Webhook configurations that are lost come back as what they were. */
  private Release members(Release release) {
    List<ObjectRef> there =
        incident.live().ownConfigurations().stream().map(Manifest::ref).toList();
    return new Release(
        release.version(),
        release.namespace(),
        release.manifests().stream()
            .map(
                each ->
                    each.kind().endsWith("WebhookConfiguration") && !there.contains(each.ref())
                        ? member(each)
                        : each)
            .toList(),
        release.digest(),
        release.source());
  }

  private Manifest member(Manifest manifest) {
    LiveInstallation live = incident.live();
    return Inventory.restored(
        manifest,
        Stream.of(
                live.manager().stream(),
                live.daemon().stream(),
                live.ownConfigurations().stream(),
                live.definitions().orElse(List.of()).stream())
            .flatMap(each -> each),
        live.location().namespace());
  }

  private static Map<ObjectRef, Map<String, @Nullable Object>> patches(List<Mending> mendings) {
    Map<ObjectRef, Map<String, @Nullable Object>> patches = new HashMap<>();
    mendings.stream()
        .filter(each -> !each.patch().isEmpty())
        .forEach(each -> patches.put(each.object(), each.patch()));
    return patches;
  }
}
