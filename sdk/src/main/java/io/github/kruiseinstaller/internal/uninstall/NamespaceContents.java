package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.ownership.ManagedEntry;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What lives in a namespace: objects of every built-in kind that holds something, and custom
 * resources.
 */
final class NamespaceContents {
  private static final List<Query> BUILT_IN =
      Stream.of(
              "v1 Pod",
              "v1 Service",
              "v1 Secret",
              "v1 ConfigMap",
              "v1 ServiceAccount",
              "v1 PersistentVolumeClaim",
              "v1 ReplicationController",
              "v1 ResourceQuota",
              "v1 LimitRange",
              "apps/v1 Deployment",
              "apps/v1 StatefulSet",
              "apps/v1 DaemonSet",
              "apps/v1 ReplicaSet",
              "batch/v1 Job",
              "batch/v1 CronJob",
              "rbac.authorization.k8s.io/v1 Role",
              "rbac.authorization.k8s.io/v1 RoleBinding",
              "coordination.k8s.io/v1 Lease",
              "networking.k8s.io/v1 Ingress",
              "networking.k8s.io/v1 NetworkPolicy",
              "policy/v1 PodDisruptionBudget",
              "autoscaling/v2 HorizontalPodAutoscaler")
          .map(each -> each.split(" ", 2))
          .map(each -> Query.all(each[0], each[1], null))
          .toList();

  private static final Set<String> OF_EVERY_NAMESPACE =
      Set.of(
          "ServiceAccount default",
          "ConfigMap kube-root-ca.crt",
          "ConfigMap openshift-service-ca.crt");

  private final Cluster cluster;
  private final Workers workers;

  NamespaceContents(Cluster cluster, Workers workers) {
    this.cluster = cluster;
    this.workers = workers;
  }

  /** The objects of built-in kinds in a namespace. */
  List<Manifest> builtIn(String namespace) {
    return list(BUILT_IN, namespace);
  }

  /**
   * The custom resources in a namespace.
   *
   * @param objects those that could be seen
   * @param unread why those of a kind could not be listed, one line a kind
   */
  record Custom(List<Manifest> objects, List<String> unread) {
    Custom {
      objects = List.copyOf(objects);
      unread = List.copyOf(unread);
    }
  }

  /**
   * The custom resources of some definitions in a namespace. Definitions are anybody's: who may not
   * list their objects, or gets no answer for want of their conversion webhook, does not see them.
   */
  Custom custom(List<Manifest> definitions, String namespace) {
    Cluster impatient = cluster.trying(CustomResources.TRIES);
    List<Manifest> namespaced =
        definitions.stream()
            .filter(definition -> "Namespaced".equals(definition.text("spec", "scope")))
            .toList();
    List<Seen<List<Manifest>>> listed =
        workers.map(
            namespaced,
            definition ->
                CustomResources.query(definition)
                    .map(kind -> Seen.by(() -> in(impatient, kind, namespace)))
                    .orElseGet(() -> Seen.of(List.of())));
    List<Manifest> objects = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    for (int i = 0; i < namespaced.size(); i++) {
      Seen<List<Manifest>> seen = listed.get(i);
      objects.addAll(seen.orElse(List.of()));
      if (!seen.isSeen()) {
        unread.add(namespaced.get(i).name() + " cannot be listed: " + seen.unseen());
      }
    }
    return new Custom(objects, unread);
  }

  private List<Manifest> list(List<Query> kinds, String namespace) {
    return workers.map(kinds, kind -> in(cluster, kind, namespace)).stream()
        .flatMap(List::stream)
        .toList();
  }

  private static List<Manifest> in(Cluster cluster, Query kind, String namespace) {
    return cluster.list(Query.all(kind.apiVersion(), kind.kind(), namespace)).items();
  }

  /**
   * What is nobody's that goes: neither one of the removed objects nor owned by one, nor in every
   * namespace anyway, nor about to be gone, nor a lock of this library, whoever has edited it
   * since.
   */
  static List<Manifest> foreign(List<Manifest> contents, Collection<Manifest> removed) {
    Set<String> gone =
        removed.stream().map(each -> String.valueOf(each.uid())).collect(Collectors.toSet());
    List<Manifest> rest = new ArrayList<>(contents);
    boolean more = true;
    while (more) {
      Set<String> found = new HashSet<>();
      for (Manifest object : rest) {
        boolean owned =
            object.maps("metadata", "ownerReferences").stream()
                .anyMatch(owner -> gone.contains(String.valueOf(Trees.text(owner, "uid"))));
        if (owned || gone.contains(String.valueOf(object.uid()))) {
          found.add(String.valueOf(object.uid()));
        }
      }
      rest.removeIf(object -> found.contains(String.valueOf(object.uid())));
      more = gone.addAll(found);
    }
    return rest.stream().filter(object -> !passes(object)).toList();
  }

  private static boolean passes(Manifest object) {
    return OF_EVERY_NAMESPACE.contains(object.kind() + " " + object.name())
        || object.at("metadata", "deletionTimestamp") != null
        || (object.isKind("Secret")
            && String.valueOf(object.text("type")).startsWith("kubernetes.io/service-account"))
        || (object.isKind("Lease")
            && ManagedEntry.of(object).stream().anyMatch(ManagedEntry::isOurs));
  }
}
