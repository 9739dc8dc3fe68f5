package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What finding and deleting the objects takes that a release no longer has. Who may not list a kind
 * prunes none of it; Secrets are not among them.
 */
final class PrunePermissions {
  private static final String RBAC = "rbac.authorization.k8s.io/v1";

  /** What charts have brought, by the names that it has in every one of them. */
  private static final Map<String, List<String>> NAMES =
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

  private PrunePermissions() {}

  static Set<Permission> of(Release release) {
    Set<Permission> needed = new LinkedHashSet<>();
    NAMES.forEach(
        (kind, names) -> {
          String[] parts = kind.split(" ", 2);
          needed.add(Permission.onAny("list", parts[0], parts[1], null));
          names.stream()
              .map(name -> ObjectRef.cluster(parts[0], parts[1], name))
              .filter(object -> !has(release, object))
              .forEach(
                  object -> {
                    needed.add(Permission.on("get", object));
                    needed.add(Permission.on("delete", object));
                  });
        });
    return needed;
  }

  private static boolean has(Release release, ObjectRef object) {
    return release.manifests().stream()
        .map(Manifest::ref)
        .anyMatch(
            ref ->
                ref.kind().equals(object.kind())
                    && ref.group().equals(object.group())
                    && ref.name().equals(object.name()));
  }
}
