package io.github.kruiseinstaller.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the manager and the controllers behind a FakeCluster: CRDs become Established, the
 * manager becomes Ready only when both configurations exist, fills in its Secret, and answers
 * webhooks that reach it.
 */
final class SimulatedManager implements FakeCluster.Script {
  static final String NAMESPACE = "kruise-system";
  static final ObjectRef DEPLOYMENT =
      ObjectRef.namespaced("apps/v1", "Deployment", NAMESPACE, "kruise-controller-manager");
  static final ObjectRef DAEMON =
      ObjectRef.namespaced("apps/v1", "DaemonSet", NAMESPACE, "kruise-daemon");
  static final ObjectRef SECRET =
      ObjectRef.namespaced("v1", "Secret", NAMESPACE, "kruise-webhook-certs");
  static final ObjectRef MUTATING =
      configuration("MutatingWebhookConfiguration", "kruise-mutating-webhook-configuration");
  static final ObjectRef VALIDATING =
      configuration("ValidatingWebhookConfiguration", "kruise-validating-webhook-configuration");
  private static final Set<String> SERVED = Set.of("/mutate-pod", "/validate-pod");
  private static final Duration START = Duration.ofSeconds(4);
  private static final Duration MIN_READY = Duration.ofSeconds(3);

  private final FakeCluster cluster;
  private final AtomicBoolean healthy = new AtomicBoolean(true);
  private final AtomicBoolean reachable = new AtomicBoolean(true);
  private final AtomicBoolean denying = new AtomicBoolean(true);
  private final AtomicBoolean daemonRuns = new AtomicBoolean(true);
  private final AtomicBoolean staysReady = new AtomicBoolean(true);

  SimulatedManager(FakeCluster cluster) {
    this.cluster = cluster;
    cluster.onRequest(this);
  }

  /** The manager's container ends again and again from now on, or no longer does. */
  SimulatedManager healthy(boolean value) {
    healthy.set(value);
    return this;
  }

  /** The API server reaches the manager's pods, or does not. */
  SimulatedManager reachable(boolean value) {
    reachable.set(value);
    return this;
  }

  /** The validating webhook denies what is invalid, or lets it pass. */
  SimulatedManager denying(boolean value) {
    denying.set(value);
    return this;
  }

  /** The manager stays Ready once it is, or ends before its minReadySeconds are over. */
  SimulatedManager staysReady(boolean value) {
    staysReady.set(value);
    return this;
  }

  SimulatedManager daemonRuns(boolean value) {
    daemonRuns.set(value);
    return this;
  }

  @Override
  public Optional<Manifest> answer(
      String verb, ObjectRef ref, @Nullable Manifest body, boolean dryRun) {
    if (verb.equals("apply") && !dryRun) {
      switch (ref.kind()) {
        case "CustomResourceDefinition" ->
            cluster.time().after(Duration.ofMillis(200), () -> establish(ref));
        case "Deployment" -> cluster.time().after(START, this::startManager);
        case "DaemonSet" -> cluster.time().after(START, this::startDaemon);
        default -> {}
      }
    }
    if (body != null && (verb.equals("probe") || (verb.equals("create") && dryRun))) {
      return admit(ref, body);
    }
    return Optional.empty();
  }

  private void startManager() {
    boolean parked = cluster.peek(MUTATING).isPresent() && cluster.peek(VALIDATING).isPresent();
    if (!healthy.get() || !parked) {
      status(DEPLOYMENT, Map.of("observedGeneration", generation(DEPLOYMENT), "replicas", 2));
      return;
    }
    cluster
        .peek(SECRET)
        .ifPresent(
            secret ->
                cluster.put(
                    secret.edit(
                        root ->
                            root.put(
                                "data",
                                Map.of(
                                    "ca-cert.pem", pem("webhook-ca.pem"),
                                    "tls.crt", pem("webhook-certificate.pem"))))));
    cluster.put(
        Manifest.of(
            Map.of(
                "apiVersion",
                "discovery.k8s.io/v1",
                "kind",
                "EndpointSlice",
                "metadata",
                Map.of(
                    "name",
                    "kruise-webhook-service-1",
                    "namespace",
                    NAMESPACE,
                    "labels",
                    Map.of("kubernetes.io/service-name", "kruise-webhook-service")),
                "endpoints",
                List.of(Map.of("conditions", Map.of("ready", true))))));
    status(DEPLOYMENT, running(2, 0));
    cluster
        .time()
        .after(
            MIN_READY, () -> status(DEPLOYMENT, staysReady.get() ? running(2, 2) : running(0, 0)));
  }

  private Map<String, Object> running(int ready, int available) {
    return Map.of(
        "observedGeneration",
        generation(DEPLOYMENT),
        "replicas",
        2,
        "updatedReplicas",
        2,
        "readyReplicas",
        ready,
        "availableReplicas",
        available);
  }

  private void startDaemon() {
    int ready = daemonRuns.get() ? 1 : 0;
    status(
        DAEMON,
        Map.of(
            "observedGeneration",
            generation(DAEMON),
            "desiredNumberScheduled",
            1,
            "currentNumberScheduled",
            1,
            "updatedNumberScheduled",
            1,
            "numberReady",
            ready,
            "numberAvailable",
            ready));
  }

  private void establish(ObjectRef crd) {
    status(
        crd,
        Map.of(
            "conditions",
            List.of(
                Map.of("type", "NamesAccepted", "status", "True"),
                Map.of("type", "Established", "status", "True"))));
  }

  private Optional<Manifest> admit(ObjectRef ref, Manifest body) {
    Optional<Map<String, @Nullable Object>> proof = proof(body);
    if (proof.isPresent()) {
      return ask(ref, body, proof.get());
    }
    boolean pod = ref.kind().equals("Pod");
    boolean armed =
        cluster.peek(MUTATING).map(live -> !live.list("webhooks").isEmpty()).orElse(false);
    if (!armed || (pod && NAMESPACE.equals(ref.namespace()))) {
      return Optional.of(body);
    }
    if (!reachable.get()) {
      throw refused(ref, pod ? "mpod.kb.io" : "mcloneset.kb.io", "connect: connection refused");
    }
    if (pod) {
      return Optional.of(body);
    }
    boolean valid =
        body.map("spec", "selector", "matchLabels")
            .equals(body.map("spec", "template", "metadata", "labels"));
    if (!valid && denying.get()) {
      throw FakeCluster.refusal(
          "create",
          ref,
          403,
          "Forbidden",
          "admission webhook \"vcloneset.kb.io\" denied the request: spec.selector is wrong");
    }
    return Optional.of(body.edit(root -> Trees.map(root, "spec").put("revisionHistoryLimit", 10L)));
  }

  private Optional<Manifest> ask(
      ObjectRef ref, Manifest body, Map<String, @Nullable Object> webhook) {
    String name = String.valueOf(webhook.get("name"));
    String path = String.valueOf(Trees.text(webhook, "clientConfig", "service", "path"));
    if (!reachable.get()) {
      throw refused(ref, name, "connect: connection refused");
    }
    if (!SERVED.contains(path)) {
      throw refused(ref, name, "the server could not find the requested resource");
    }
    return Optional.of(body);
  }

  /** The webhook of a temporary configuration whose object selector matches {@code body}. */
  private Optional<Map<String, @Nullable Object>> proof(Manifest body) {
    return cluster
        .list(Cluster.Query.all(VALIDATING.apiVersion(), VALIDATING.kind(), null))
        .items()
        .stream()
        .filter(live -> !live.ref().equals(VALIDATING))
        .flatMap(live -> live.maps("webhooks").stream())
        .filter(
            webhook ->
                body.labels()
                    .entrySet()
                    .containsAll(Trees.map(webhook, "objectSelector", "matchLabels").entrySet()))
        .findFirst();
  }

  private static ClusterException refused(ObjectRef ref, String webhook, String why) {
    return FakeCluster.refusal(
        "create",
        ref,
        500,
        "InternalError",
        "Internal error occurred: failed calling webhook \""
            + webhook
            + "\": failed to call webhook: "
            + why);
  }

  private long generation(ObjectRef ref) {
    return cluster.peek(ref).map(live -> live.number(1, "metadata", "generation")).orElse(1L);
  }

  private void status(ObjectRef ref, Map<String, Object> status) {
    cluster.peek(ref).ifPresent(live -> cluster.put(live.edit(root -> root.put("status", status))));
  }

  private static String pem(String file) {
    try (InputStream in =
        SimulatedManager.class.getResourceAsStream("/io/github/kruiseinstaller/testing/" + file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not among the test resources");
      }
      return Base64.getEncoder()
          .encodeToString(new String(in.readAllBytes(), UTF_8).getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectRef configuration(String kind, String name) {
    return ObjectRef.cluster("admissionregistration.k8s.io/v1", kind, name);
  }
}
