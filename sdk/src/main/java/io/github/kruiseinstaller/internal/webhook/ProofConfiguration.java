package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The proof's temporary configuration and the probes that it intercepts.
 *
 * <p>It holds webhooks for a path that nobody serves and one for each path to be proven, told apart
 * by the value of a private label. All are in one object, so an API server that has seen the first
 * has seen the others too, and no write is needed between the steps of a proof.
 */
final class ProofConfiguration {
  static final String API_VERSION = "admissionregistration.k8s.io/v1";
  static final String RUN_LABEL = "kruise-installer.github.io/proof";
  static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
  static final String MANAGED_BY = "kruise-installer";
  static final String WEBHOOK_SUFFIX = ".proof.kruise-installer.github.io";
  static final int TIMEOUT_SECONDS = 3;

  /** A call that is made while the node's rules for the Service change can hang for ever. */
  private static final int QUICK_TIMEOUT_SECONDS = 1;

  private static final String PROBE_LABEL = "kruise-installer.github.io/probe-";
  private static final String GROUP = "apps.kruise.io";

  private final ProofRequest request;
  private final String random;
  private final boolean byNamespace;
  private final Map<String, @Nullable Object> anyClient;
  private final List<Probe> targets;

  /**
   * A configuration.
   *
   * @param random a random text that is legal in names
   * @param byNamespace whether the manager's namespace carries the label with its name
   */
  ProofConfiguration(ProofRequest request, String random, boolean byNamespace) {
    this.request = request;
    this.random = random;
    this.byNamespace = byNamespace;
    this.anyClient = anyClient(request);
    this.targets = targets();
  }

  ObjectRef ref() {
    return ObjectRef.cluster(API_VERSION, Webhooks.VALIDATING, "kruise-installer-proof-" + random);
  }

  /** The Service that the webhooks point at. */
  ObjectRef service() {
    return ServiceProxyProof.service(anyClient);
  }

  /** The probe of a path that nobody serves. It is given up soon: the next one mostly passes. */
  Probe unserved() {
    return unserved("unserved", QUICK_TIMEOUT_SECONDS);
  }

  /** The same with as much patience as the others have, for a manager that is slow. */
  Probe unservedPatiently() {
    return unserved("unserved-patiently", TIMEOUT_SECONDS);
  }

  private Probe unserved(String id, int timeoutSeconds) {
    Map<String, @Nullable Object> client = Trees.mutable(anyClient);
    service(client).put("path", "/kruise-installer-proof-" + random);
    return new Probe(id, "unserved path", client, pod(id), timeoutSeconds);
  }

  /** The probes of the paths that the release's webhooks call for pods, else for CloneSets. */
  List<Probe> targetProbes() {
    return targets;
  }

  Manifest manifest() {
    List<Object> webhooks = new ArrayList<>();
    webhooks.add(webhook(unserved()));
    webhooks.add(webhook(unservedPatiently()));
    targets.forEach(target -> webhooks.add(webhook(target)));
    return Manifest.of(
        Map.of(
            "apiVersion",
            API_VERSION,
            "kind",
            Webhooks.VALIDATING,
            "metadata",
            Map.of(
                "name",
                ref().name(),
                "labels",
                Map.of(MANAGED_BY_LABEL, MANAGED_BY, RUN_LABEL, request.runId())),
            "webhooks",
            webhooks));
  }

  private Map<String, @Nullable Object> webhook(Probe probe) {
    boolean pod = probe.object().isKind("Pod");
    Map<String, @Nullable Object> client = Trees.mutable(probe.client());
    client.put("caBundle", request.caBundleBase64());
    Map<String, @Nullable Object> webhook = new LinkedHashMap<>();
    webhook.put("name", probe.id() + WEBHOOK_SUFFIX);
    webhook.put("admissionReviewVersions", List.of("v1", "v1beta1"));
    webhook.put("clientConfig", client);
    webhook.put("failurePolicy", "Fail");
    webhook.put("sideEffects", "None");
    webhook.put("timeoutSeconds", probe.timeoutSeconds());
    webhook.put("objectSelector", Map.of("matchLabels", Map.of(label(), probe.id())));
    if (byNamespace) {
      Map<String, Object> here =
          Map.of(
              "key",
              NamespaceLabels.NAME_LABEL,
              "operator",
              "In",
              "values",
              List.of(request.namespace()));
      webhook.put("namespaceSelector", Map.of("matchExpressions", List.of(here)));
    }
    webhook.put(
        "rules",
        List.of(
            Map.of(
                "apiGroups", List.of(probe.object().ref().group()),
                "apiVersions", List.of(version(probe.object().apiVersion())),
                "operations", List.of("CREATE"),
                "resources", List.of(pod ? "pods" : "clonesets"),
                "scope", "Namespaced")));
    return webhook;
  }

  private List<Probe> targets() {
    Map<String, Map<String, @Nullable Object>> podPaths = new TreeMap<>();
    Map<String, Map<String, @Nullable Object>> cloneSetPaths = new TreeMap<>();
    String cloneSetVersion = CloneSetVersion.of(request.configurations());
    for (Manifest configuration : request.configurations()) {
      for (Map<String, @Nullable Object> entry : Webhooks.entries(configuration)) {
        String path = Trees.text(entry, "clientConfig", "service", "path");
        if (path != null && Webhooks.interceptsPods(entry)) {
          podPaths.put(path, client(entry));
        } else if (path != null && Webhooks.interceptsCreation(entry, GROUP, "clonesets")) {
          cloneSetPaths.put(path, client(entry));
        }
      }
    }
    boolean pods = !podPaths.isEmpty();
    List<Probe> probes = new ArrayList<>();
    (pods ? podPaths : cloneSetPaths)
        .forEach(
            (path, client) -> {
              String id = "target-" + probes.size();
              Manifest object =
                  pods
                      ? pod(id)
                      : ProbeObjects.cloneSet(
                          cloneSetVersion, request.namespace(), random, Map.of(label(), id));
              probes.add(new Probe(id, path, client, object, TIMEOUT_SECONDS));
            });
    return probes;
  }

  private Manifest pod(String id) {
    return ProbeObjects.pod(request.namespace(), random, Map.of(label(), id));
  }

  private String label() {
    return PROBE_LABEL + random;
  }

  private static Map<String, @Nullable Object> anyClient(ProofRequest request) {
    return request.configurations().stream()
        .flatMap(configuration -> Webhooks.entries(configuration).stream())
        .filter(entry -> Trees.at(entry, "clientConfig", "service") != null)
        .findFirst()
        .map(ProofConfiguration::client)
        .orElseThrow(
            () ->
                new InstallException(
                    Failure.of(
                        FailureCode.RELEASE_INVALID,
                        "no webhook of the release names a Service",
                        "Use a release whose webhook configurations point at the manager's"
                            + " Service.")));
  }

  private static Map<String, @Nullable Object> client(Map<String, @Nullable Object> entry) {
    Map<String, @Nullable Object> client = new LinkedHashMap<>();
    client.put("service", Trees.mutable(Trees.map(entry, "clientConfig", "service")));
    return client;
  }

  private static Map<String, @Nullable Object> service(Map<String, @Nullable Object> client) {
    return Trees.map(client, "service");
  }

  private static String version(String apiVersion) {
    return apiVersion.substring(apiVersion.indexOf('/') + 1);
  }

  /** Which version of CloneSet to send. */
  static final class CloneSetVersion {
    private static final String OLDEST = "v1alpha1";

    private CloneSetVersion() {}

    /** The oldest version that the webhooks know, so that every served one has it. */
    static String of(List<Manifest> configurations) {
      Set<String> versions = new LinkedHashSet<>();
      for (Manifest configuration : configurations) {
        for (Map<String, @Nullable Object> entry : Webhooks.entries(configuration)) {
          if (Webhooks.interceptsCreation(entry, GROUP, "clonesets")) {
            Trees.maps(entry, "rules")
                .forEach(rule -> versions.addAll(Webhooks.texts(rule, "apiVersions")));
          }
        }
      }
      versions.remove("*");
      return versions.isEmpty() || versions.contains(OLDEST) ? OLDEST : versions.iterator().next();
    }
  }

  /**
   * One step of a proof.
   *
   * @param id names the webhook and selects the object
   * @param what the path, for people
   * @param client the webhook's clientConfig without CA
   * @param object what is sent
   * @param timeoutSeconds how long the API server waits for the manager
   */
  record Probe(
      String id,
      String what,
      Map<String, @Nullable Object> client,
      Manifest object,
      int timeoutSeconds) {}
}
