package io.github.kruiseinstaller.internal.cluster;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kinds that every supported Kubernetes serves under the same names, so that no round trip is
 * needed to learn them.
 */
final class BuiltInKinds {
  private static final Map<String, Resource> KINDS = kinds();

  private BuiltInKinds() {}

  private static Map<String, Resource> kinds() {
    Map<String, Resource> kinds = new HashMap<>();
    namespaced(kinds, "v1", "ConfigMap", "configmaps");
    namespaced(kinds, "v1", "Endpoints", "endpoints");
    namespaced(kinds, "v1", "Event", "events");
    namespaced(kinds, "v1", "LimitRange", "limitranges");
    namespaced(kinds, "v1", "PersistentVolumeClaim", "persistentvolumeclaims");
    namespaced(kinds, "v1", "Pod", "pods");
    namespaced(kinds, "v1", "ReplicationController", "replicationcontrollers");
    namespaced(kinds, "v1", "ResourceQuota", "resourcequotas");
    namespaced(kinds, "v1", "Secret", "secrets");
    namespaced(kinds, "v1", "Service", "services");
    namespaced(kinds, "v1", "ServiceAccount", "serviceaccounts");
    ofCluster(kinds, "v1", "Namespace", "namespaces");
    ofCluster(kinds, "v1", "Node", "nodes");
    ofCluster(kinds, "v1", "PersistentVolume", "persistentvolumes");
    namespaced(kinds, "apps/v1", "ControllerRevision", "controllerrevisions");
    namespaced(kinds, "apps/v1", "DaemonSet", "daemonsets");
    namespaced(kinds, "apps/v1", "Deployment", "deployments");
    namespaced(kinds, "apps/v1", "ReplicaSet", "replicasets");
    namespaced(kinds, "apps/v1", "StatefulSet", "statefulsets");
    namespaced(kinds, "batch/v1", "Job", "jobs");
    namespaced(kinds, "coordination.k8s.io/v1", "Lease", "leases");
    namespaced(kinds, "discovery.k8s.io/v1", "EndpointSlice", "endpointslices");
    namespaced(kinds, "rbac.authorization.k8s.io/v1", "Role", "roles");
    namespaced(kinds, "rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings");
    ofCluster(kinds, "rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles");
    ofCluster(kinds, "rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings");
    ofCluster(
        kinds, "apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions");
    ofCluster(
        kinds,
        "admissionregistration.k8s.io/v1",
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations");
    ofCluster(
        kinds,
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations");
    ofCluster(
        kinds, "authorization.k8s.io/v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews");
    return Map.copyOf(kinds);
  }

  /** The resource of a kind, or null when it is not one of the built-in ones. */
  static @Nullable Resource find(String apiVersion, String kind) {
    return KINDS.get(apiVersion + "/" + kind);
  }

  /** All of them, by {@code apiVersion/kind}. */
  static Map<String, Resource> all() {
    return KINDS;
  }

  private static void namespaced(
      Map<String, Resource> kinds, String apiVersion, String kind, String plural) {
    kinds.put(apiVersion + "/" + kind, new Resource(apiVersion, plural, true));
  }

  private static void ofCluster(
      Map<String, Resource> kinds, String apiVersion, String kind, String plural) {
    kinds.put(apiVersion + "/" + kind, new Resource(apiVersion, plural, false));
  }
}
