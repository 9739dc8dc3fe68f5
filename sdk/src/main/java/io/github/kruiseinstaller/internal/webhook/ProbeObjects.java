package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.model.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Objects for dry runs. They never come to be: nothing in them is ever run. */
final class ProbeObjects {
  private static final String APP_LABEL = "app.kubernetes.io/name";
  private static final String APP = "kruise-installer-probe";

  /** The labels that every probe has; a proof's have one more. */
  static final Map<String, String> LABELS = Map.of(APP_LABEL, APP);

  private ProbeObjects() {}

  /**
   * A Pod that the restricted Pod security standard and a quota on requests and limits let pass.
   */
  static Manifest pod(String namespace, String suffix, Map<String, String> labels) {
    Map<String, Object> metadata = metadata(namespace, suffix, labels);
    return Manifest.of(
        Map.of("apiVersion", "v1", "kind", "Pod", "metadata", metadata, "spec", podSpec()));
  }

  /**
   * A CloneSet with no replicas that is valid as it stands. Only {@code revisionHistoryLimit} is
   * left out: seeing it filled in shows that the manager's defaults were applied.
   *
   * @param version the version of the group {@code apps.kruise.io}
   */
  static Manifest cloneSet(
      String version, String namespace, String suffix, Map<String, String> labels) {
    return cloneSet(version, metadata(namespace, suffix, labels), APP);
  }

  /** A CloneSet that the CRD's schema accepts, and the manager denies: it selects other pods. */
  static Manifest invalidCloneSet(String version, String namespace, String suffix) {
    return cloneSet(version, metadata(namespace, suffix, Map.of()), APP + "-other");
  }

  /** Whether the manager's defaults were applied to {@link #cloneSet}. */
  static boolean isDefaulted(Manifest cloneSet) {
    return cloneSet.at("spec", "revisionHistoryLimit") != null;
  }

  private static Manifest cloneSet(String version, Map<String, Object> metadata, String selects) {
    Map<String, Object> template = Map.of("metadata", Map.of("labels", LABELS), "spec", podSpec());
    // The manager's validation expects a strategy without gaps where its defaults were not applied.
    Map<String, Object> strategy =
        Map.of("type", "ReCreate", "partition", 0, "maxUnavailable", "20%", "maxSurge", 0);
    return Manifest.of(
        Map.of(
            "apiVersion",
            "apps.kruise.io/" + version,
            "kind",
            "CloneSet",
            "metadata",
            metadata,
            "spec",
            Map.of(
                "replicas",
                0,
                "selector",
                Map.of("matchLabels", Map.of(APP_LABEL, selects)),
                "template",
                template,
                "updateStrategy",
                strategy)));
  }

  private static Map<String, Object> metadata(
      String namespace, String suffix, Map<String, String> labels) {
    Map<String, Object> all = new LinkedHashMap<>(labels);
    all.putAll(LABELS);
    return Map.of("name", APP + "-" + suffix, "namespace", namespace, "labels", all);
  }

  private static Map<String, Object> podSpec() {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("automountServiceAccountToken", false);
    spec.put("restartPolicy", "Always");
    spec.put("dnsPolicy", "ClusterFirst");
    spec.put("terminationGracePeriodSeconds", 0);
    spec.put(
        "securityContext",
        Map.of(
            "runAsNonRoot",
            true,
            "runAsUser",
            65534,
            "seccompProfile",
            Map.of("type", "RuntimeDefault")));
    spec.put("containers", List.of(container()));
    return spec;
  }

  private static Map<String, Object> container() {
    Map<String, Object> quantities = Map.of("cpu", "10m", "memory", "16Mi");
    return Map.of(
        "name", "probe",
        "image", "pause:3.10",
        "imagePullPolicy", "IfNotPresent",
        "terminationMessagePath", "/dev/termination-log",
        "terminationMessagePolicy", "File",
        "resources", Map.of("requests", quantities, "limits", quantities),
        "securityContext",
            Map.of(
                "allowPrivilegeEscalation",
                false,
                "readOnlyRootFilesystem",
                true,
                "capabilities",
                Map.of("drop", List.of("ALL"))));
  }
}
