package io.github.kruiseinstaller.internal.repair;

import com.google.gson.JsonParseException;
import io.github.kruiseinstaller.internal.live.KubernetesRange;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.tree.FeatureGateFlags;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the manager's live Deployment tells of itself. */
final class ManagerWorkload {
  private static final long DEFAULT_PORT = 9876;
  private static final long DEFAULT_REPLICAS = 2;
  private static final String PORT_NAME = "webhook-server";
  private static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
  private static final String REVISION = "deployment.kubernetes.io/revision";
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  /** An alpha gate: {@code AllAlpha} decides where nobody names it. */
  private static final String EXTERNAL_CERTIFICATES = "EnableExternalCerts";

  /** Managers of 1.6 and before do not know it. */
  private static final int EXTERNAL_CERTIFICATES_SINCE = 7;

  private static final String ALL_ALPHA = "AllAlpha";

  private final Manifest deployment;

  ManagerWorkload(Manifest deployment) {
    this.deployment = deployment;
  }

  /** The port that its webhook server listens on. */
  long webhookPort() {
    for (Map<String, @Nullable Object> container : containers()) {
      for (Map<String, @Nullable Object> variable : Trees.maps(container, "env")) {
        String value = Trees.text(variable, "value");
        if ("WEBHOOK_PORT".equals(Trees.text(variable, "name"))
            && value != null
            && value.matches("\\d{1,5}")) {
          return Long.parseLong(value);
        }
      }
    }
    return containers().stream()
        .flatMap(container -> Trees.maps(container, "ports").stream())
        .filter(port -> PORT_NAME.equals(Trees.text(port, "name")))
        .map(port -> Trees.number(DEFAULT_PORT, port, "containerPort"))
        .findFirst()
        .orElse(DEFAULT_PORT);
  }

  /** Whether its certificates come from elsewhere, so that it makes none itself. */
  boolean hasExternalCertificates() {
    Map<String, String> gates = new HashMap<>();
    containers().forEach(container -> gates.putAll(FeatureGateFlags.of(container)));
    int minor = KubernetesRange.minor(ManagerPods.version(deployment).orElse(""));
    boolean knowsTheGate = minor < 0 || minor >= EXTERNAL_CERTIFICATES_SINCE;
    return knowsTheGate
        && FeatureGateFlags.isTrue(
            gates.getOrDefault(EXTERNAL_CERTIFICATES, gates.getOrDefault(ALL_ALPHA, "")));
  }

  /** The labels by which its Pods are told from all others. */
  Map<String, @Nullable Object> selector() {
    return deployment.map("spec", "selector", "matchLabels");
  }

  /** How many replicas it had before it had none, or two when nothing tells. */
  long replicasBefore(LiveInstallation live, Optional<Manifest> released) {
    Stream<Long> remembered =
        live.replicaSets().orElse(List.of()).stream()
            .filter(set -> ManagerPods.belongs(set, deployment))
            .sorted(Comparator.comparingLong(ManagerWorkload::revision).reversed())
            .map(set -> number(set.annotations().get(DESIRED)));
    return Stream.concat(
            remembered,
            Stream.of(
                lastApplied(), released.map(each -> each.number(0, "spec", "replicas")).orElse(0L)))
        .filter(replicas -> replicas > 0)
        .findFirst()
        .orElse(DEFAULT_REPLICAS);
  }

  private List<Map<String, @Nullable Object>> containers() {
    return deployment.maps("spec", "template", "spec", "containers");
  }

  private long lastApplied() {
    try {
      Object applied = Json.parse(deployment.annotations().getOrDefault(LAST_APPLIED, "{}"));
      return Trees.number(0, applied, "spec", "replicas");
    } catch (JsonParseException e) {
      return 0;
    }
  }

  private static long revision(Manifest replicaSet) {
    return number(replicaSet.annotations().get(REVISION));
  }

  private static long number(@Nullable String text) {
    return text != null && text.matches("\\d{1,9}") ? Long.parseLong(text) : 0;
  }
}
