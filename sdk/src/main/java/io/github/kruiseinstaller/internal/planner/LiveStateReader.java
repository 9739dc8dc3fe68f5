package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.inventory.Inventory;
import io.github.kruiseinstaller.internal.inventory.Ownership;
import io.github.kruiseinstaller.internal.live.EndpointSlices;
import io.github.kruiseinstaller.internal.live.KubernetesRange;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the cluster has and works out what would change, all objects in parallel: the dry run
 * of one does not wait for the reading of another.
 */
final class LiveStateReader {
  private final Cluster cluster;
  private final Workers workers;
  private final ClusterFacts facts;
  private final ObjectPlanner objects;
  private final RetryNow retryNow;

  LiveStateReader(Cluster cluster, Workers workers, ClusterFacts facts) {
    this.cluster = cluster;
    this.workers = workers;
    this.facts = facts;
    this.objects = new ObjectPlanner(cluster);
    this.retryNow = new RetryNow(cluster);
  }

  /**
   * Reads it.
   *
   * @param wanted the objects to look at
   * @param recorded the version that the inventory tells, for a manager whose image does not
   */
  LiveState read(Release release, Collection<Manifest> wanted, Optional<String> recorded) {
    Future<WebhookService> service = workers.start(() -> webhookService(release));
    Map<ObjectRef, Manifest> found = new HashMap<>();
    Map<ObjectRef, PlannedChange> changes = new HashMap<>();
    List<PlannedChange> retries = new ArrayList<>();
    for (Looked looked : workers.map(wanted, this::look)) {
      looked.live().ifPresent(live -> found.put(live.ref(), live));
      if (looked.change() != null) {
        changes.put(looked.change().object(), looked.change());
      }
      retries.addAll(looked.retries());
    }
    leaveToOthers(release, found, changes);
    boolean loaded =
        release.webhookConfigurations().stream()
            .map(configuration -> found.get(configuration.ref()))
            .anyMatch(live -> live != null && !WebhookConfigurations.isParked(live));
    return new LiveState(
        version(release, found.get(release.managerDeployment().ref()), recorded),
        facts.namespaces(),
        found,
        loaded ? workers.join(service) : WebhookService.ANSWERING,
        changes,
        retries);
  }

  /** A tag of somebody's own may look like a version, and be none of OpenKruise's. */
  private static String version(
      Release release, @Nullable Manifest manager, Optional<String> recorded) {
    if (manager == null) {
      return Release.UNKNOWN_VERSION;
    }
    boolean member =
        Inventory.id(release.namespace()).equals(manager.labels().get(Inventory.PART_OF));
    return ManagerPods.version(manager)
        .filter(version -> KubernetesRange.minor(version) >= 0)
        .or(() -> recorded.filter(version -> member && !version.isEmpty()))
        .orElse(Release.UNKNOWN_VERSION);
  }

  private Looked look(Manifest wanted) {
    Optional<Manifest> live = cluster.get(wanted.ref());
    boolean lacksStored =
        live.filter(found -> !StoredVersions.missing(found, wanted).isEmpty()).isPresent();
    if (wanted.kind().endsWith("WebhookConfiguration") || lacksStored) {
      return new Looked(live, null, List.of());
    }
    String namespace = wanted.namespace();
    boolean namespaceExists =
        namespace == null
            || facts.namespaces().stream().anyMatch(there -> there.name().equals(namespace));
    PlannedChange planned = objects.plan(wanted, live.orElse(null), namespaceExists);
    PlannedChange change =
        live.filter(Ownership::isOthers).isPresent() && Inventory.isMembership(planned)
            ? PlannedChange.of(planned.object(), ChangeAction.UNCHANGED)
            : planned;
    boolean mayWait = live.isPresent() && isWorkload(wanted) && !restarts(change);
    return new Looked(live, change, mayWait ? retries(live.get(), change) : List.of());
  }

  private static boolean restarts(PlannedChange change) {
    return change.fields().stream().anyMatch(field -> field.path().startsWith("spec"));
  }

  /** An object that is applied makes its own controller look without being told to. */
  private List<PlannedChange> retries(Manifest live, PlannedChange change) {
    return retryNow.plan(live).stream()
        .filter(retry -> !change.action().writes() || !retry.object().equals(change.object()))
        .toList();
  }

  /**
   * What others have made, and is as it should be, does not become a member. Whose an object is
   * that nobody owns a field of, the manager's Deployment tells.
   */
  private static void leaveToOthers(
      Release release, Map<ObjectRef, Manifest> found, Map<ObjectRef, PlannedChange> changes) {
    Manifest manager = found.get(release.managerDeployment().ref());
    if (manager != null && Ownership.isOthers(manager)) {
      changes.replaceAll(
          (ref, change) -> {
            Manifest live = found.get(ref);
            return live != null && !Ownership.isShared(live) && Inventory.isMembership(change)
                ? PlannedChange.of(ref, ChangeAction.UNCHANGED)
                : change;
          });
    }
  }

  private static boolean isWorkload(Manifest manifest) {
    return manifest.isKind("Deployment") || manifest.isKind("DaemonSet");
  }

  private WebhookService webhookService(Release release) {
    ObjectRef service = release.webhookService().ref();
    return EndpointSlices.ready(cluster.list(EndpointSlices.of(service)).items()) > 0
        ? WebhookService.ANSWERING
        : WebhookService.dead(service + " has no ready endpoint");
  }

  /**
   * One object.
   *
   * @param change what applying it would do; null for webhook configurations, which are not
   *     applied, and for definitions that the API server would not take
   * @param retries what ends the back-off of its controller
   */
  private record Looked(
      Optional<Manifest> live, @Nullable PlannedChange change, List<PlannedChange> retries) {}
}
