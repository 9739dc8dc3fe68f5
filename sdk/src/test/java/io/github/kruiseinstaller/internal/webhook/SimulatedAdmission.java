package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Admission for probes in a {@link FakeCluster}: calls the webhooks of the stored configurations,
 * which it sees some time after they were written, against a manager that serves some paths.
 */
final class SimulatedAdmission implements FakeCluster.Script {
  private final FakeCluster cluster;
  private final Duration lag;
  private final Map<String, Long> firstSeen = new ConcurrentHashMap<>();
  private final Set<String> served = new HashSet<>();
  private String networkError = "";
  private Optional<ClusterException> other = Optional.empty();
  private String trustedCa = OfficialConfigurations.CA;

  SimulatedAdmission(FakeCluster cluster, Duration lag) {
    this.cluster = cluster;
    this.lag = lag;
    cluster.onRequest(this);
  }

  /** The manager serves these paths and answers 404 to all others. */
  SimulatedAdmission serves(String... paths) {
    served.addAll(List.of(paths));
    return this;
  }

  /** No call reaches the manager. */
  SimulatedAdmission networkError(String error) {
    networkError = error;
    return this;
  }

  /** Something other than the webhooks refuses all probes. */
  SimulatedAdmission other(int status, String message) {
    other = Optional.of(FakeCluster.refusal("probe", null, status, "", message));
    return this;
  }

  /** The manager's certificate is signed by another CA. */
  SimulatedAdmission servesCertificateOf(String ca) {
    trustedCa = ca;
    return this;
  }

  @Override
  public Optional<Manifest> answer(
      String verb, ObjectRef ref, @Nullable Manifest body, boolean dryRun) {
    if (!verb.equals("probe") || body == null) {
      return Optional.empty();
    }
    if (other.isPresent()) {
      throw other.get();
    }
    Manifest admitted = body;
    for (String kind : List.of(Webhooks.MUTATING, Webhooks.VALIDATING)) {
      for (Manifest configuration : seen(kind)) {
        for (Map<String, @Nullable Object> entry : Webhooks.entries(configuration)) {
          if (intercepts(entry, body)) {
            admitted = call(entry, admitted);
          }
        }
      }
    }
    return Optional.of(admitted);
  }

  private List<Manifest> seen(String kind) {
    List<Manifest> all = cluster.peekAll(ProofConfiguration.API_VERSION, kind);
    long now = cluster.time().nanos();
    return all.stream()
        .filter(
            one -> {
              String version = one.uid() + "/" + one.resourceVersion();
              return now - firstSeen.computeIfAbsent(version, v -> now) >= lag.toNanos();
            })
        .toList();
  }

  private boolean intercepts(Map<String, @Nullable Object> entry, Manifest object) {
    String resource = object.isKind("Pod") ? "pods" : "clonesets";
    Manifest namespace =
        cluster
            .peek(ObjectRef.cluster("v1", "Namespace", String.valueOf(object.namespace())))
            .orElseThrow();
    return Webhooks.interceptsCreation(entry, object.ref().group(), resource)
        && Selectors.matches(entry.get("objectSelector"), object.labels())
        && Selectors.matches(entry.get("namespaceSelector"), namespace.labels());
  }

  private Manifest call(Map<String, @Nullable Object> entry, Manifest object) {
    String path = String.valueOf(Webhooks.path(entry));
    if (!networkError.isEmpty()) {
      throw failed(entry, networkError);
    }
    if (!trustedCa.equals(Trees.text(entry, "clientConfig", "caBundle"))) {
      throw failed(entry, "tls: failed to verify certificate: x509: unknown authority");
    }
    if (!served.contains(path)) {
      throw failed(entry, "the server could not find the requested resource");
    }
    if (path.startsWith("/mutate") && object.isKind("CloneSet")) {
      return object.edit(tree -> Trees.map(tree, "spec").put("revisionHistoryLimit", 10L));
    }
    if (path.startsWith("/validate") && object.isKind("CloneSet") && !selectsItsOwn(object)) {
      throw FakeCluster.refusal(
          "probe",
          object.ref(),
          422,
          "Invalid",
          "admission webhook \"" + Webhooks.name(entry) + "\" denied the request: selector");
    }
    return object;
  }

  private static boolean selectsItsOwn(Manifest cloneSet) {
    return cloneSet
        .map("spec", "template", "metadata", "labels")
        .equals(cloneSet.map("spec", "selector", "matchLabels"));
  }

  private static ClusterException failed(Map<String, @Nullable Object> entry, String error) {
    return FakeCluster.refusal(
        "probe",
        null,
        500,
        "InternalError",
        "Internal error occurred: failed calling webhook \""
            + Webhooks.name(entry)
            + "\": failed to call webhook: "
            + error);
  }
}
