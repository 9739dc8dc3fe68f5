package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;

/** Reads what the cluster has, in parallel. */
final class LiveStateReader {
  private final Cluster cluster;
  private final Workers workers;

  LiveStateReader(Cluster cluster, Workers workers) {
    this.cluster = cluster;
    this.workers = workers;
  }

  LiveState read(Release release, Collection<Manifest> wanted) {
    Future<List<Manifest>> namespaces =
        workers.start(() -> cluster.list(Query.all("v1", "Namespace", null)).items());
    List<Optional<Manifest>> found = workers.map(wanted, manifest -> cluster.get(manifest.ref()));
    Map<ObjectRef, Manifest> objects = new HashMap<>();
    found.forEach(live -> live.ifPresent(object -> objects.put(object.ref(), object)));
    boolean armed =
        release.webhookConfigurations().stream()
            .map(configuration -> objects.get(configuration.ref()))
            .anyMatch(live -> live != null && WebhookConfigurations.isArmed(live));
    return new LiveState(
        workers.join(namespaces),
        objects,
        armed ? webhookService(release) : LiveState.WebhookService.ANSWERING);
  }

  private LiveState.WebhookService webhookService(Release release) {
    ObjectRef service = release.webhookService().ref();
    List<Manifest> slices =
        cluster
            .list(
                Query.all("discovery.k8s.io/v1", "EndpointSlice", service.namespace())
                    .withLabels("kubernetes.io/service-name=" + service.name()))
            .items();
    boolean ready =
        slices.stream()
            .flatMap(slice -> slice.maps("endpoints").stream())
            .anyMatch(endpoint -> !Boolean.FALSE.equals(Trees.at(endpoint, "conditions", "ready")));
    return ready
        ? LiveState.WebhookService.ANSWERING
        : LiveState.WebhookService.dead(service + " has no ready endpoint");
  }
}
