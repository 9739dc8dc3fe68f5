package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.model.Manifest;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The kinds of objects that a release may have. */
enum KnownKind {
  NAMESPACE("", "Namespace", false),
  SERVICE_ACCOUNT("", "ServiceAccount", true),
  SECRET("", "Secret", true),
  CONFIG_MAP("", "ConfigMap", true),
  SERVICE("", "Service", true),
  CUSTOM_RESOURCE_DEFINITION("apiextensions.k8s.io", "CustomResourceDefinition", false, "v1"),
  ROLE("rbac.authorization.k8s.io", "Role", true),
  ROLE_BINDING("rbac.authorization.k8s.io", "RoleBinding", true),
  CLUSTER_ROLE("rbac.authorization.k8s.io", "ClusterRole", false),
  CLUSTER_ROLE_BINDING("rbac.authorization.k8s.io", "ClusterRoleBinding", false),
  DEPLOYMENT("apps", "Deployment", true),
  DAEMON_SET("apps", "DaemonSet", true),
  MUTATING_CONFIGURATION(
      "admissionregistration.k8s.io", "MutatingWebhookConfiguration", false, "v1"),
  VALIDATING_CONFIGURATION(
      "admissionregistration.k8s.io", "ValidatingWebhookConfiguration", false, "v1"),
  // What distributions add around the official chart.
  POD_DISRUPTION_BUDGET("policy", "PodDisruptionBudget", true),
  PRIORITY_CLASS("scheduling.k8s.io", "PriorityClass", false),
  NETWORK_POLICY("networking.k8s.io", "NetworkPolicy", true),
  SERVICE_MONITOR("monitoring.coreos.com", "ServiceMonitor", true),
  POD_MONITOR("monitoring.coreos.com", "PodMonitor", true),
  PROMETHEUS_RULE("monitoring.coreos.com", "PrometheusRule", true),
  CERTIFICATE("cert-manager.io", "Certificate", true),
  ISSUER("cert-manager.io", "Issuer", true);

  private static final Set<KnownKind> WITH_STAGE_OF_THEIR_OWN =
      Set.of(
          NAMESPACE,
          CUSTOM_RESOURCE_DEFINITION,
          DEPLOYMENT,
          DAEMON_SET,
          MUTATING_CONFIGURATION,
          VALIDATING_CONFIGURATION);

  private final String group;
  private final String kind;
  private final boolean namespaced;
  private final @Nullable String onlyVersion;

  KnownKind(String group, String kind, boolean namespaced) {
    this(group, kind, namespaced, null);
  }

  KnownKind(String group, String kind, boolean namespaced, @Nullable String onlyVersion) {
    this.group = group;
    this.kind = kind;
    this.namespaced = namespaced;
    this.onlyVersion = onlyVersion;
  }

  /** The kind of an object, or empty when a release has no such objects. */
  static Optional<KnownKind> of(Manifest manifest) {
    return Arrays.stream(values())
        .filter(known -> manifest.isKind(known.kind) && manifest.ref().group().equals(known.group))
        .findFirst();
  }

  /** Whether objects of the kind belong to no stage of their own. */
  static boolean isSupporting(String kind) {
    return WITH_STAGE_OF_THEIR_OWN.stream().noneMatch(known -> known.kind.equals(kind));
  }

  /** Whether objects of this kind live in a namespace. */
  boolean isNamespaced() {
    return namespaced;
  }

  /** The one apiVersion that is understood, or null when any is. */
  @Nullable String onlyApiVersion() {
    return onlyVersion == null ? null : group + "/" + onlyVersion;
  }
}
