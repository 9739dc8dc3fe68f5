package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.live.OwnGroups;
import io.github.kruiseinstaller.internal.ownership.ManagedEntry;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.util.Map;
import java.util.Set;

/** What the charts of every version bring and what their manager makes, by name. */
final class ChartObjects {
  /** The manager itself writes as one of these. */
  private static final Set<String> MANAGERS = Set.of("manager", "kruise-manager");

  /** The manager keeps one of each per node, without an owner. */
  private static final Set<String> OF_NODES = Set.of("NodeImage", "NodePodProbe");

  private static final Map<String, Set<String>> OF_THE_CLUSTER =
      Map.of(
          "ClusterRole",
          Set.of(
              "kruise-manager-role",
              "kruise-daemon-role",
              "kruise-certs-role",
              "kruise-helm-hook-role",
              "aggregate-kruise-view",
              "aggregate-kruise-edit",
              "aggregate-kruise-admin"),
          "ClusterRoleBinding",
          Set.of(
              "kruise-manager-rolebinding",
              "kruise-daemon-rolebinding",
              "kruise-certs-rolebinding",
              "kruise-helm-hook-rolebinding"));

  private static final Map<String, Set<String>> OF_THE_MANAGER =
      Map.of(
          "Deployment", Set.of(ManagerPods.DEPLOYMENT),
          "DaemonSet", Set.of("kruise-daemon"),
          "Service", Set.of("kruise-webhook-service"),
          "Secret", Set.of(Release.CERTIFICATE_SECRET),
          "ServiceAccount", Set.of("kruise-manager", "kruise-daemon", "kruise-helm-hook"),
          "Role",
              Set.of("kruise-leader-election-role", "kruise-webhook-role", "kruise-manager-role"),
          "RoleBinding",
              Set.of(
                  "kruise-leader-election-rolebinding",
                  "kruise-webhook-rolebinding",
                  "kruise-manager-rolebinding"),
          // Who leads: a Lease, and up to 1.3 a ConfigMap.
          "Lease", Set.of("kruise-manager"),
          "ConfigMap", Set.of("kruise-manager"));

  private static final Map<String, Set<String>> OF_THE_DAEMON =
      Map.of(
          "Role", Set.of("kruise-daemon-secret-role"),
          "RoleBinding", Set.of("kruise-daemon-secret-rolebinding"));

  private ChartObjects() {}

  /** Whether objects of a kind are made by the manager, for its own use. */
  static boolean isOfNodes(ObjectRef ref) {
    return OwnGroups.contains(ref.group()) && OF_NODES.contains(ref.kind());
  }

  /** Whether an object of the whole cluster is a chart's. */
  static boolean isOfTheCluster(ObjectRef ref) {
    return has(OF_THE_CLUSTER, ref);
  }

  /** Whether an object in the manager's namespace is a chart's, or the manager's own. */
  static boolean isOfTheManager(Manifest object) {
    return has(OF_THE_MANAGER, object.ref())
        || (object.isKind("Job") && "helm-finalizer".equals(object.labels().get("kruise")));
  }

  /** Whether the manager has written an object, as it does with what it makes itself. */
  static boolean isWrittenByTheManager(Manifest object) {
    return ManagedEntry.of(object).stream().anyMatch(entry -> MANAGERS.contains(entry.manager()));
  }

  /** Whether an object in the daemon's namespace is a chart's. */
  static boolean isOfTheDaemon(ObjectRef ref) {
    return has(OF_THE_DAEMON, ref);
  }

  private static boolean has(Map<String, Set<String>> names, ObjectRef ref) {
    return names.getOrDefault(ref.kind(), Set.of()).contains(ref.name());
  }
}
