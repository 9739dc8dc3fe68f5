package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.planner.HeldDeployment;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.ReplicaSets;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The manager's Deployment while new replicas and old ones run side by side. What it writes, it
 * takes from other field managers: the hold is ours alone, and ends with the upgrade.
 */
final class HeldManager {
  private static final String REVISION = "deployment.kubernetes.io/revision";

  private final Cluster cluster;
  private final Manifest wanted;

  HeldManager(Cluster cluster, PreparedPlan prepared) {
    this.cluster = cluster;
    this.wanted = prepared.manifest(prepared.release().managerDeployment().ref());
  }

  /** Brings the new replicas up, and keeps the old ones. */
  void hold() {
    cluster.apply(HeldDeployment.of(wanted), Write.TAKE_OVER);
  }

  /** Whether a run has begun to bring new replicas up, and has not come to its end. */
  boolean isHeld() {
    return cluster.get(wanted.ref()).filter(HeldDeployment::isHeld).isPresent();
  }

  /** The ReplicaSet of the new replicas. */
  Manifest newReplicas() {
    return replicaSets()
        .flatMap(ReplicaSets::current)
        .orElseThrow(
            () ->
                new InstallException(
                    Failure.of(
                            FailureCode.MANAGER_NOT_READY,
                            "the Deployment has no ReplicaSet for its template",
                            "Look at the Deployment controller, then run again.")
                        .about(wanted.ref())));
  }

  /** The ReplicaSet of the replicas that serve before there are new ones, and then beside them. */
  Optional<Manifest> servingReplicas() {
    return cluster
        .get(wanted.ref())
        .flatMap(
            live -> {
              ReplicaSets sets = ReplicaSets.of(cluster, live);
              return sets.lasting(live.number(1, "spec", "replicas"))
                  .or(sets::serving)
                  .or(sets::current);
            });
  }

  /** The ReplicaSet of old replicas that still serve. */
  Optional<Manifest> oldReplicas() {
    return replicaSets().flatMap(ReplicaSets::serving);
  }

  /**
   * The Deployment stays as it is until {@link #hold}, also where somebody else's rollout is under
   * way: no replica comes up, and none ends. Its size and its room are the live ones, because the
   * Deployment controller fills and empties those in a pause too.
   */
  void stop() {
    cluster
        .get(wanted.ref())
        .ifPresent(live -> cluster.apply(HeldDeployment.stopped(wanted, live), Write.TAKE_OVER));
  }

  /**
   * The Deployment controller touches nothing until {@link #restore}: neither old nor new replicas
   * end.
   */
  void pause() {
    cluster.apply(HeldDeployment.paused(wanted), Write.TAKE_OVER);
  }

  /** Ends a pause before which nothing but the Deployment was written; tells whether it was one. */
  boolean resume() {
    boolean paused =
        cluster
            .get(wanted.ref())
            .filter(live -> Boolean.TRUE.equals(live.at("spec", "paused")))
            .isPresent();
    Optional<Manifest> serving = paused ? servingReplicas() : Optional.empty();
    serving.ifPresent(this::restore);
    return serving.isPresent();
  }

  /** Makes the template of old replicas the Deployment's again; the new ones end. */
  void restore(Manifest oldReplicas) {
    Optional<Manifest> live = cluster.get(wanted.ref());
    if (live.isEmpty()) {
      return;
    }
    Map<String, @Nullable Object> template = Trees.mutable(oldReplicas.map("spec", "template"));
    Trees.child(Trees.child(template, "metadata"), "labels").remove(ReplicaSets.HASH);
    Map<String, @Nullable Object> spec = Trees.mutable(live.get().map("spec"));
    spec.put("template", template);
    spec.put("minReadySeconds", oldReplicas.number(0, "spec", "minReadySeconds"));
    spec.remove("paused");
    Object deadline = wanted.at("spec", "progressDeadlineSeconds");
    if (deadline == null) {
      spec.remove("progressDeadlineSeconds");
    } else {
      spec.put("progressDeadlineSeconds", deadline);
    }
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
    ObjectRef ref = wanted.ref();
    metadata.put("name", ref.name());
    metadata.put("namespace", ref.namespace());
    metadata.put("labels", new LinkedHashMap<>(live.get().labels()));
    Map<String, Object> annotations = new LinkedHashMap<>(live.get().annotations());
    annotations.remove(REVISION);
    metadata.put("annotations", annotations);
    cluster.apply(
        Manifest.of(
            Map.of(
                "apiVersion",
                ref.apiVersion(),
                "kind",
                ref.kind(),
                "metadata",
                metadata,
                "spec",
                spec)),
        Write.TAKE_OVER);
  }

  private Optional<ReplicaSets> replicaSets() {
    return cluster.get(wanted.ref()).map(live -> ReplicaSets.of(cluster, live));
  }
}
