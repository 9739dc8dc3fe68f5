package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.model.Manifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A Deployment's ReplicaSets, one for each template that it has had. */
public final class ReplicaSets {
  /** The label by which the Pods of one template are told from those of another. */
  public static final String HASH = "pod-template-hash";

  private static final String REVISION = "deployment.kubernetes.io/revision";

  private final String revision;
  private final List<Manifest> owned;

  private ReplicaSets(String revision, List<Manifest> owned) {
    this.revision = revision;
    this.owned = owned;
  }

  /**
   * Reads them.
   *
   * @throws io.github.kruiseinstaller.internal.cluster.ClusterException when they may not be read
   */
  public static ReplicaSets of(Cluster cluster, Manifest deployment) {
    Cluster.Query query =
        Cluster.Query.all("apps/v1", "ReplicaSet", deployment.namespace())
            .withLabels(WorkloadSelector.text(deployment));
    return among(cluster.list(query).items(), deployment);
  }

  /** Those of {@code candidates} that a Deployment owns. */
  static ReplicaSets among(List<Manifest> candidates, Manifest deployment) {
    return new ReplicaSets(
        deployment.annotations().getOrDefault(REVISION, ""),
        candidates.stream().filter(set -> PodReasons.isOwned(set, deployment)).toList());
  }

  /** The one of the Deployment's newest template. */
  public Optional<Manifest> current() {
    return owned.stream()
        .filter(set -> !revision.isEmpty() && revision.equals(set.annotations().get(REVISION)))
        .findFirst()
        .or(() -> owned.stream().max(Comparator.comparingLong(ReplicaSets::revisionOf)));
  }

  /** The newest of the others that has Ready Pods, and is to have Pods. */
  public Optional<Manifest> serving() {
    Optional<Manifest> current = current();
    return owned.stream()
        .filter(set -> !current.filter(set::equals).isPresent())
        .filter(set -> set.number(1, "spec", "replicas") > 0)
        .filter(set -> set.number(0, "status", "readyReplicas") > 0)
        .max(Comparator.comparingLong(ReplicaSets::revisionOf));
  }

  /**
   * The one whose Pods serve on while those of a new template come up and none may be missing. The
   * Deployment controller ends what is available beyond the number that is wanted, of the oldest
   * first, as a rollout leaves it that was under way. Of several the newest that is not the current
   * one.
   *
   * @param replicas the number that is wanted
   */
  public Optional<Manifest> lasting(long replicas) {
    List<Manifest> byAge =
        owned.stream()
            .sorted(Comparator.comparing(ReplicaSets::created).thenComparing(Manifest::name))
            .toList();
    long surplus = byAge.stream().mapToLong(ReplicaSets::available).sum() - replicas;
    List<Manifest> lasting = new ArrayList<>();
    for (Manifest set : byAge) {
      if (available(set) > Math.max(0, surplus)) {
        lasting.add(set);
      }
      surplus -= available(set);
    }
    Optional<Manifest> current = current();
    return lasting.stream()
        .filter(set -> !current.filter(set::equals).isPresent())
        .max(Comparator.comparingLong(ReplicaSets::revisionOf))
        .or(() -> current.filter(lasting::contains));
  }

  private static long available(Manifest set) {
    return Math.min(
        set.number(1, "spec", "replicas"), set.number(0, "status", "availableReplicas"));
  }

  private static String created(Manifest set) {
    return String.valueOf(set.text("metadata", "creationTimestamp"));
  }

  /** The value of {@link #HASH} of a ReplicaSet's Pods. */
  public static String hash(Manifest replicaSet) {
    return replicaSet.labels().getOrDefault(HASH, "");
  }

  private static long revisionOf(Manifest replicaSet) {
    try {
      return Long.parseLong(replicaSet.annotations().getOrDefault(REVISION, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
