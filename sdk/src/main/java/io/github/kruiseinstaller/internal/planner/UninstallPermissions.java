package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.lock.InstallationLock;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which permissions an uninstallation takes. */
public final class UninstallPermissions {
  private static final String RBAC = "rbac.authorization.k8s.io/v1";
  private static final String ADMISSION = "admissionregistration.k8s.io/v1";
  private static final String EXTENSIONS = "apiextensions.k8s.io/v1";

  /** What is deleted beside what charts name; of what is in neither nothing is known. */
  private static final Map<String, List<String>> DELETED_BESIDE =
      Map.of(
          "v1 ConfigMap",
          List.of(Permission.ANY),
          "coordination.k8s.io/v1 Lease",
          List.of("kruise-manager", InstallationLock.NAME),
          ADMISSION + " MutatingWebhookConfiguration",
          List.of(Release.MUTATING_CONFIGURATION),
          ADMISSION + " ValidatingWebhookConfiguration",
          List.of(Release.VALIDATING_CONFIGURATION),
          // Records of Helm, and copies of pull secrets: nobody knows their names beforehand.
          "v1 Secret",
          List.of(Permission.ANY),
          "batch/v1 Job",
          List.of(Permission.ANY),
          "v1 Namespace",
          List.of(Permission.ANY),
          EXTENSIONS + " CustomResourceDefinition",
          List.of(Permission.ANY));

  private static final List<String> LISTED =
      List.of(
          "v1 Secret",
          "v1 ConfigMap",
          "v1 ServiceAccount",
          "v1 PersistentVolumeClaim",
          "v1 ReplicationController",
          "apps/v1 StatefulSet",
          "batch/v1 Job",
          "batch/v1 CronJob",
          RBAC + " Role",
          RBAC + " RoleBinding",
          RBAC + " ClusterRole",
          RBAC + " ClusterRoleBinding",
          "coordination.k8s.io/v1 Lease",
          "networking.k8s.io/v1 Ingress",
          "networking.k8s.io/v1 NetworkPolicy",
          "policy/v1 PodDisruptionBudget",
          "autoscaling/v2 HorizontalPodAutoscaler");

  private UninstallPermissions() {}

  /** What carrying out a plan takes. */
  public static Set<Permission> of(InstallPlan plan) {
    Set<Permission> needed = new LinkedHashSet<>();
    if (!plan.isNoOp()) {
      needed.addAll(Permissions.locking(plan.namespace()));
      needed.add(
          Permission.on(
              "delete",
              ObjectRef.namespaced(
                  InstallationLock.API_VERSION,
                  InstallationLock.KIND,
                  plan.namespace(),
                  InstallationLock.NAME)));
    }
    for (PlannedStage stage : plan.stages()) {
      for (PlannedChange change : stage.changes()) {
        if (change.action() == ChangeAction.DELETE) {
          needed.add(Permission.on("delete", deleted(change.object())));
        } else if (change.action() == ChangeAction.DISARM) {
          needed.add(Permission.on("get", change.object()));
          needed.add(Permission.on("update", change.object()));
        } else {
          needed.add(Permission.on("patch", change.object()));
        }
      }
    }
    return needed;
  }

  /** What finding out what is there takes. */
  public static Set<Permission> surveying() {
    Set<Permission> surveying = new LinkedHashSet<>(Permissions.looking());
    LISTED.forEach(kind -> surveying.add(Permission.on("list", any(kind, Permission.ANY))));
    return surveying;
  }

  /** What uninstalling takes, whatever the options, but for custom resources themselves. */
  public static Set<Permission> uninstalling() {
    Set<Permission> uninstalling = new LinkedHashSet<>(surveying());
    uninstalling.addAll(Permissions.locking(null));
    for (String configuration :
        List.of("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")) {
      for (String name : DELETED_BESIDE.getOrDefault(ADMISSION + " " + configuration, List.of())) {
        uninstalling.add(Permission.on("update", any(ADMISSION + " " + configuration, name)));
      }
    }
    for (Map<String, List<String>> names : List.of(ChartNames.BY_KIND, DELETED_BESIDE)) {
      names.forEach(
          (kind, each) ->
              each.forEach(name -> uninstalling.add(Permission.on("delete", any(kind, name)))));
    }
    for (String kind :
        List.of("v1 Pod", "v1 Namespace", EXTENSIONS + " CustomResourceDefinition")) {
      uninstalling.add(Permission.on("watch", any(kind, Permission.ANY)));
      uninstalling.add(Permission.on("get", any(kind, Permission.ANY)));
    }
    uninstalling.add(
        Permission.on("patch", any(EXTENSIONS + " CustomResourceDefinition", Permission.ANY)));
    return uninstalling;
  }

  /** One question for all custom resources of a kind: there may be thousands. */
  private static ObjectRef deleted(ObjectRef ref) {
    return ref.group().endsWith("kruise.io")
        ? new ObjectRef(ref.apiVersion(), ref.kind(), null, Permission.ANY)
        : ref;
  }

  private static ObjectRef any(String kind, String name) {
    String[] parts = kind.split(" ", 2);
    return ObjectRef.cluster(parts[0], parts[1], name);
  }
}
