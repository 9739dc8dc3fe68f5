package io.github.kruiseinstaller.internal.live;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.RealWebhooks;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads an installation from the cluster, in parallel. What may not be read, or does not answer, is
 * noted as unseen; the rest is read all the same.
 */
public final class LiveInstallationReader {
  private static final String DEFAULT_NAMESPACE = "kruise-system";
  private static final String DEFAULT_SERVICE = "kruise-webhook-service";
  private static final String ADMISSION = "admissionregistration.k8s.io/v1";

  /** The entries of a certificate Secret that everybody may see. */
  private static final Set<String> PUBLIC = Set.of("ca-cert.pem", "cert.pem", "ca.crt", "tls.crt");

  private final Cluster cluster;
  private final Workers workers;

  /** A reader for one run. */
  public LiveInstallationReader(Cluster cluster, Workers workers) {
    this.cluster = cluster;
    this.workers = workers;
  }

  /**
   * Reads.
   *
   * @param namespace the manager's namespace, or null to find it
   */
  public LiveInstallation read(@Nullable String namespace) {
    Future<Seen<List<Manifest>>> namespaces = list(Query.all("v1", "Namespace", null));
    Future<Seen<List<Manifest>>> definitions =
        list(Query.all("apiextensions.k8s.io/v1", "CustomResourceDefinition", null));
    Future<Seen<List<Manifest>>> managing =
        list(
            Query.all("apps/v1", "Deployment", null)
                .withLabels("control-plane=controller-manager"));
    Seen<List<Manifest>> configurations = configurations();
    Seen<List<Manifest>> managers =
        workers.join(managing).map(found -> found.stream().filter(ManagerPods::isManager).toList());
    LiveInstallation.Location at =
        locate(namespace, configurations.orElse(List.of()), managers.orElse(List.of()));
    Future<Seen<Optional<Manifest>>> service = get(at.serviceRef());
    Future<Seen<List<Manifest>>> slices = list(EndpointSlices.of(at.serviceRef()));
    Future<Seen<List<Manifest>>> replicaSets =
        list(Query.all("apps/v1", "ReplicaSet", at.namespace()));
    Future<Seen<List<Manifest>>> pods = list(Query.all("v1", "Pod", at.namespace()));
    Future<Seen<List<Manifest>>> daemonSets =
        list(Query.all("apps/v1", "DaemonSet", at.namespace()));
    Seen<List<Manifest>> deployments =
        workers.join(list(Query.all("apps/v1", "Deployment", at.namespace())));
    Future<Seen<Optional<Manifest>>> secret =
        get(
            ObjectRef.namespaced(
                "v1", "Secret", at.namespace(), secretName(deployments.orElse(List.of()))));
    return new LiveInstallation(
        at,
        workers.join(namespaces),
        configurations,
        workers.join(service),
        workers.join(slices),
        deployments,
        workers.join(replicaSets),
        workers.join(pods),
        workers.join(daemonSets),
        workers.join(secret).map(found -> found.map(LiveInstallationReader::publicOnly)),
        managers,
        workers
            .join(definitions)
            .map(found -> found.stream().filter(OwnGroups::isDefinition).toList()));
  }

  private Seen<List<Manifest>> configurations() {
    Future<Seen<List<Manifest>>> mutating =
        list(Query.all(ADMISSION, "MutatingWebhookConfiguration", null));
    Seen<List<Manifest>> validating =
        workers.join(list(Query.all(ADMISSION, "ValidatingWebhookConfiguration", null)));
    Seen<List<Manifest>> first = workers.join(mutating);
    if (!first.isSeen() || !validating.isSeen()) {
      return first.isSeen() ? validating : first;
    }
    List<Manifest> all = new ArrayList<>(first.orElse(List.of()));
    all.addAll(validating.orElse(List.of()));
    return Seen.of(List.copyOf(all));
  }

  private static LiveInstallation.Location locate(
      @Nullable String namespace, List<Manifest> configurations, List<Manifest> managers) {
    Optional<Map<String, @Nullable Object>> target =
        configurations.stream()
            .filter(WebhookConfigurations::isOwn)
            .flatMap(
                each ->
                    // One that is parked keeps what it is for, and with it where the manager was.
                    Stream.concat(
                        WebhookConfigurations.intended(each).stream(),
                        RealWebhooks.of(each).stream()))
            .map(entry -> Trees.map(entry, "clientConfig", "service"))
            .filter(service -> Trees.text(service, "namespace") != null)
            .findFirst();
    String service = target.map(found -> Trees.text(found, "name")).orElse(DEFAULT_SERVICE);
    if (namespace != null) {
      return new LiveInstallation.Location(namespace, service, "as asked for");
    }
    Optional<String> pointedTo = target.map(found -> Trees.text(found, "namespace"));
    List<String> deployedTo = managers.stream().map(Manifest::namespace).toList();
    if (pointedTo.isPresent() && (deployedTo.isEmpty() || deployedTo.contains(pointedTo.get()))) {
      return new LiveInstallation.Location(
          pointedTo.get(), service, "where the webhook configurations point to");
    }
    // A configuration that points elsewhere may name any Service there: the manager has its own.
    return deployedTo.stream()
        .findFirst()
        .map(
            found ->
                new LiveInstallation.Location(
                    found, serviceName(managers.get(0)), "where the manager is"))
        .orElseGet(
            () ->
                new LiveInstallation.Location(
                    DEFAULT_NAMESPACE, service, "by default: nothing tells of another"));
  }

  private static String serviceName(Manifest manager) {
    return variable(List.of(manager), "SERVICE_NAME").orElse(DEFAULT_SERVICE);
  }

  private static String secretName(List<Manifest> deployments) {
    return variable(deployments, "SECRET_NAME").orElse(Release.CERTIFICATE_SECRET);
  }

  private static Optional<String> variable(List<Manifest> deployments, String name) {
    return deployments.stream()
        .filter(ManagerPods::isManager)
        .flatMap(each -> each.maps("spec", "template", "spec", "containers").stream())
        .flatMap(container -> Trees.maps(container, "env").stream())
        .filter(variable -> name.equals(Trees.text(variable, "name")))
        .flatMap(variable -> Optional.ofNullable(Trees.text(variable, "value")).stream())
        .filter(value -> !value.isEmpty())
        .findFirst();
  }

  /** The Secret without its private keys; what it has is still told by the keys' names. */
  private static Manifest publicOnly(Manifest secret) {
    return secret.edit(
        tree -> {
          Map<String, @Nullable Object> kept = new LinkedHashMap<>();
          Trees.map(tree, "data")
              .forEach((key, value) -> kept.put(key, PUBLIC.contains(key) ? value : hidden(value)));
          tree.put("data", kept);
          tree.remove("stringData");
        });
  }

  private static @Nullable Object hidden(@Nullable Object value) {
    return value instanceof String text && !text.isEmpty() ? "(hidden)" : value;
  }

  private Future<Seen<List<Manifest>>> list(Query query) {
    return workers.start(() -> Seen.by(() -> cluster.list(query).items()));
  }

  private Future<Seen<Optional<Manifest>>> get(ObjectRef ref) {
    return workers.start(() -> Seen.by(() -> cluster.get(ref)));
  }
}
