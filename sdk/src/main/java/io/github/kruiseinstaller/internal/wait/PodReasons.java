package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.model.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Finds out why the pods of a Deployment or DaemonSet are not Ready: from the pods (a Deployment's
 * of its current ReplicaSet), their events and their logs. Reads only, and makes do with what it
 * may read. After the run's deadline has passed, give it a cluster with a deadline of its own
 * ({@link Cluster#within}).
 */
public final class PodReasons {
  /** A cluster may have thousands of nodes, and one pod costs a few requests. */
  private static final int MOST_DAEMONS = 5;

  /** What explains most comes first: a pod that is merely not Ready explains least. */
  private static final List<FailureCode> MOST_TELLING_FIRST =
      List.of(
          FailureCode.IMAGE_PULL_FAILED,
          FailureCode.CONTAINER_CRASHING,
          FailureCode.PODS_NOT_CREATED,
          FailureCode.UNSCHEDULABLE,
          FailureCode.MANAGER_NOT_READY);

  private final Cluster cluster;
  private final PodEvents events;

  /** Looks at pods of {@code cluster}. */
  public PodReasons(Cluster cluster) {
    this.cluster = cluster;
    this.events = new PodEvents(cluster);
  }

  /**
   * The troubles of a Deployment's current pods, most telling first; several pods with the same
   * trouble count once. Empty when its pods are Ready.
   *
   * @param deployment the live Deployment
   * @throws java.util.concurrent.CancellationException when the run is cancelled
   * @throws io.github.kruiseinstaller.internal.cluster.DeadlineException when the cluster's
   *     deadline passes
   */
  public List<PodTrouble> of(Manifest deployment) {
    Optional<Manifest> current = currentReplicaSet(deployment);
    List<Manifest> pods = current.map(this::podsOf).orElse(List.of());
    Map<String, PodTrouble> troubles = new LinkedHashMap<>();
    PodInspection inspection = new PodInspection(cluster, events);
    for (Manifest pod : pods) {
      inspection.of(pod).ifPresent(t -> addTo(troubles, t));
    }
    if (pods.size() < deployment.number(1, "spec", "replicas")) {
      notCreated(deployment, current).ifPresent(t -> troubles.put("created", t));
    }
    return mostTellingFirst(troubles.values());
  }

  /**
   * The troubles of a DaemonSet's pods, most telling first; several pods with the same trouble
   * count once. Empty when its pods are Ready.
   *
   * @param daemonSet the live DaemonSet
   */
  public List<PodTrouble> ofDaemonSet(Manifest daemonSet) {
    List<Manifest> pods = podsOf(daemonSet);
    Map<String, PodTrouble> troubles = new LinkedHashMap<>();
    PodInspection inspection = new PodInspection(cluster, events);
    pods.stream()
        .filter(pod -> !Conditions.isTrue(pod, "Ready"))
        .limit(MOST_DAEMONS)
        .forEach(pod -> inspection.of(pod).ifPresent(t -> addTo(troubles, t)));
    if (pods.size() < daemonSet.number(0, "status", "desiredNumberScheduled")) {
      notCreated(daemonSet, Optional.empty()).ifPresent(t -> troubles.put("created", t));
    }
    return mostTellingFirst(troubles.values());
  }

  /** Of Pods with the same trouble one is told of: one whose log could be read, if any. */
  private static void addTo(Map<String, PodTrouble> troubles, PodTrouble trouble) {
    troubles.merge(
        trouble.code() + trouble.summary(),
        trouble,
        (first, next) -> first.evidence().contains(PodInspection.SILENT) ? next : first);
  }

  /** The ReplicaSet of the Deployment's newest template; pods of the others are superseded. */
  private Optional<Manifest> currentReplicaSet(Manifest deployment) {
    return ReplicaSets.among(
            listed("apps/v1", "ReplicaSet", deployment, WorkloadSelector.text(deployment)),
            deployment)
        .current();
  }

  private List<Manifest> podsOf(Manifest maker) {
    return ownedBy(maker, listed("v1", "Pod", maker, WorkloadSelector.text(maker))).stream()
        .filter(Pods::isActive)
        .toList();
  }

  private static List<PodTrouble> mostTellingFirst(Collection<PodTrouble> troubles) {
    return troubles.stream()
        .sorted(Comparator.comparingInt(t -> MOST_TELLING_FIRST.indexOf(t.code())))
        .toList();
  }

  private Optional<PodTrouble> notCreated(Manifest workload, Optional<Manifest> replicaSet) {
    Manifest maker = replicaSet.orElse(workload);
    List<String> evidence = new ArrayList<>(events.of(maker, "FailedCreate"));
    if (evidence.isEmpty() && Conditions.isTrue(maker, "ReplicaFailure")) {
      evidence.add(Conditions.explain(maker, "ReplicaFailure"));
    }
    if (evidence.isEmpty() && Conditions.has(workload, "Progressing", "False")) {
      evidence.add(Conditions.explain(workload, "Progressing"));
    }
    return evidence.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PodTrouble(
                FailureCode.PODS_NOT_CREATED,
                workload.ref(),
                "pods are refused at creation: " + evidence.get(0),
                evidence));
  }

  private List<Manifest> listed(String apiVersion, String kind, Manifest owner, String selector) {
    Cluster.Query query =
        Cluster.Query.all(apiVersion, kind, owner.namespace()).withLabels(selector);
    return orEmpty(() -> cluster.list(query).items());
  }

  /** Evidence that may not be read is evidence that is not there. */
  static <T> List<T> orEmpty(Supplier<List<T>> read) {
    try {
      return read.get();
    } catch (ClusterException e) {
      return List.of();
    }
  }

  private static List<Manifest> ownedBy(Manifest owner, List<Manifest> objects) {
    return objects.stream().filter(object -> isOwned(object, owner)).toList();
  }

  /** Whether an object is another one's, by its owner references. */
  public static boolean isOwned(Manifest object, Manifest owner) {
    String uid = owner.uid();
    return uid != null
        && object.maps("metadata", "ownerReferences").stream()
            .anyMatch(reference -> uid.equals(reference.get("uid")));
  }
}
