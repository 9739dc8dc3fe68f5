package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.internal.inventory.Inventory;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All that an installation leaves in a cluster, without what differs from one cluster to the next:
 * uids, times, versions, the content of certificates, and what controllers make of it while it
 * runs.
 */
final class ClusterState {
  private static final List<String> KINDS =
      List.of(
          "v1 Namespace",
          "v1 ServiceAccount",
          "v1 Service",
          "v1 Secret",
          "v1 ConfigMap",
          "apps/v1 Deployment",
          "apps/v1 DaemonSet",
          "rbac.authorization.k8s.io/v1 Role",
          "rbac.authorization.k8s.io/v1 RoleBinding",
          "rbac.authorization.k8s.io/v1 ClusterRole",
          "rbac.authorization.k8s.io/v1 ClusterRoleBinding",
          "apiextensions.k8s.io/v1 CustomResourceDefinition",
          "admissionregistration.k8s.io/v1 MutatingWebhookConfiguration",
          "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration");
  private static final Set<String> VOLATILE =
      Set.of(
          "uid",
          "resourceVersion",
          "creationTimestamp",
          "managedFields",
          "generation",
          "status",
          "clusterIP",
          "clusterIPs",
          "kruise-installer.github.io/retry-now",
          "kubectl.kubernetes.io/restartedAt",
          "deployment.kubernetes.io/revision",
          "deprecated.daemonset.template.generation");

  private static final String INVENTORY = "v1 ConfigMap kruise-system/" + Inventory.NAME;

  private final Set<String> leftOut;

  private ClusterState(Set<String> leftOut) {
    this.leftOut = leftOut;
  }

  /** The objects by kind, namespace and name. */
  static Map<String, Object> of(SimulatedCluster cluster) {
    return new ClusterState(VOLATILE).read(cluster);
  }

  /** The same, whether there is an inventory or not. */
  static Map<String, Object> withoutInventory(SimulatedCluster cluster) {
    Set<String> leftOut = new HashSet<>(VOLATILE);
    leftOut.add(Inventory.PART_OF);
    Map<String, Object> state = new ClusterState(leftOut).read(cluster);
    state.remove(INVENTORY);
    return state;
  }

  private Map<String, Object> read(SimulatedCluster cluster) {
    Map<String, Object> state = new TreeMap<>();
    for (String kind : KINDS) {
      String[] parts = kind.split(" ", 2);
      for (Map<String, Object> object : cluster.objects().list(parts[0], parts[1], "")) {
        Map<?, ?> metadata = (Map<?, ?>) object.get("metadata");
        state.put(
            kind + " " + metadata.get("namespace") + "/" + metadata.get("name"), stable(object));
      }
    }
    return state;
  }

  private Object stable(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> kept = new LinkedHashMap<>();
      map.forEach(
          (key, each) -> {
            if (!isVolatile(key, each)) {
              kept.put(key, stable(key, each));
            }
          });
      return kept;
    }
    if (value instanceof List<?> list) {
      List<Object> kept = new ArrayList<>();
      list.forEach(each -> kept.add(stable(each)));
      return kept;
    }
    return value;
  }

  private Object stable(Object key, Object value) {
    if ("caBundle".equals(key)) {
      return "present";
    }
    if ("data".equals(key) && value instanceof Map<?, ?> data) {
      return Set.copyOf(data.keySet());
    }
    if ("webhooks".equals(key) && value instanceof List<?> list) {
      // The manager takes out what it does not serve yet, and puts it in again elsewhere.
      return ((List<?>) stable(list))
          .stream().sorted(Comparator.comparing(ClusterState::name)).toList();
    }
    return stable(value);
  }

  private static String name(Object webhook) {
    return String.valueOf(((Map<?, ?>) webhook).get("name"));
  }

  private boolean isVolatile(Object key, Object value) {
    // The template of a workload is its own; that of a configuration is the manager's.
    boolean annotation = "template".equals(key) && value instanceof String;
    return leftOut.contains(key) || annotation || isEmpty(value);
  }

  /** Annotations that hold nothing but what is left out are as good as none. */
  private boolean isEmpty(Object value) {
    return value instanceof Map<?, ?> map
        && !map.isEmpty()
        && map.entrySet().stream().allMatch(each -> isVolatile(each.getKey(), each.getValue()));
  }
}
