package io.github.kruiseinstaller.internal.planner;

import java.util.List;
import java.util.Map;

/** What charts bring that holds nothing, by the names that it has in every one of them. */
final class ChartNames {
  private static final String RBAC = "rbac.authorization.k8s.io/v1";

  /** Names by version and kind, with a blank in between. */
  static final Map<String, List<String>> BY_KIND =
      Map.of(
          "apps/v1 Deployment",
          List.of("kruise-controller-manager"),
          "apps/v1 DaemonSet",
          List.of("kruise-daemon"),
          "v1 Service",
          List.of("kruise-webhook-service"),
          "v1 ServiceAccount",
          List.of("kruise-manager", "kruise-daemon", "kruise-helm-hook"),
          RBAC + " Role",
          List.of(
              "kruise-leader-election-role",
              "kruise-webhook-role",
              "kruise-manager-role",
              "kruise-daemon-secret-role"),
          RBAC + " RoleBinding",
          List.of(
              "kruise-leader-election-rolebinding",
              "kruise-webhook-rolebinding",
              "kruise-manager-rolebinding",
              "kruise-daemon-secret-rolebinding"),
          RBAC + " ClusterRole",
          List.of(
              "kruise-manager-role",
              "kruise-daemon-role",
              "kruise-certs-role",
              "kruise-helm-hook-role",
              "aggregate-kruise-view",
              "aggregate-kruise-edit",
              "aggregate-kruise-admin"),
          RBAC + " ClusterRoleBinding",
          List.of(
              "kruise-manager-rolebinding",
              "kruise-daemon-rolebinding",
              "kruise-certs-rolebinding",
              "kruise-helm-hook-rolebinding"));

  private ChartNames() {}
}
