package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.live.EndpointSlices;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.Conditions;
import io.github.kruiseinstaller.internal.wait.Pods;
import io.github.kruiseinstaller.internal.wait.ReplicaSets;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Leads the requests to the manager's Service to the Pods of one template alone. */
final class CutOver {
  /** kube-proxy hands changes on at most once a second by default; twice that. */
  private static final Duration PROXIES = Duration.ofSeconds(2);

  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Cluster cluster;
  private final RunControl control;
  private final Manifest wanted;
  private final ObjectRef service;

  CutOver(Cluster cluster, RunControl control, PreparedPlan prepared) {
    this.cluster = cluster;
    this.control = control;
    this.service = prepared.release().webhookService().ref();
    this.wanted = prepared.manifest(service);
  }

  /**
   * Narrows the Service to the Ready Pods of a ReplicaSet, and waits until nodes lead new
   * connections nowhere else. Connections that are open stay where they are.
   */
  void to(Manifest replicaSet) {
    narrow(replicaSet);
    control.sleep(control.deadline().atMost(PROXIES));
  }

  /** The template whose Pods the Service leads to alone, by {@link ReplicaSets#HASH}. */
  Optional<String> leadsTo() {
    return cluster
        .get(service)
        .map(live -> live.text("spec", "selector", ReplicaSets.HASH))
        .filter(hash -> !hash.isEmpty());
  }

  /** Whether the Service leads to Pods beside those of a ReplicaSet. */
  boolean leadsBeside(Manifest replicaSet) {
    return !leadTo(slices(), replicas(replicaSet));
  }

  /**
   * Narrows the Service to the Ready Pods of a ReplicaSet, and waits until its endpoints are no
   * others. Enough where no others are Ready: nodes then have none to forget. Where none of its
   * Pods is Ready any more, the Service selects those of every template.
   */
  void narrow(Manifest replicaSet) {
    List<Manifest> pods = replicas(replicaSet);
    if (!anyReady(pods)) {
      throw notReady(replicaSet);
    }
    // Applied as a whole, as at the end: a field manager that also patches conflicts with itself.
    cluster.apply(
        wanted.edit(
            root ->
                Trees.child(Trees.child(root, "spec"), "selector")
                    .put(ReplicaSets.HASH, ReplicaSets.hash(replicaSet))),
        Write.TAKE_OVER);
    long end = control.time().nanos() + control.deadline().atMost(PATIENCE).toNanos();
    List<Manifest> slices = slices();
    while (!leadTo(slices, pods)) {
      if (control.time().nanos() >= end) {
        throw notNarrowed(slices);
      }
      control.sleep(PAUSE);
      pods = replicas(replicaSet);
      if (!anyReady(pods)) {
        widen();
        throw notReady(replicaSet);
      }
      slices = slices();
    }
  }

  private static boolean anyReady(List<Manifest> pods) {
    return pods.stream().filter(Pods::isActive).anyMatch(pod -> Conditions.isTrue(pod, "Ready"));
  }

  /** The Service selects the Pods of every template again. */
  void widen() {
    cluster.apply(wanted, Write.TAKE_OVER);
  }

  /** The Pods of a ReplicaSet that can answer, or are about to. */
  List<Manifest> activeReplicas(Manifest replicaSet) {
    return replicas(replicaSet).stream().filter(Pods::isActive).toList();
  }

  private List<Manifest> replicas(Manifest replicaSet) {
    Cluster.Query query =
        Cluster.Query.all("v1", "Pod", service.namespace())
            .withLabels(ReplicaSets.HASH + "=" + ReplicaSets.hash(replicaSet));
    return cluster.list(query).items();
  }

  private List<Manifest> slices() {
    return cluster.list(EndpointSlices.of(service)).items();
  }

  private static boolean leadTo(List<Manifest> slices, List<Manifest> pods) {
    Set<String> names = pods.stream().map(Manifest::name).collect(Collectors.toSet());
    List<Map<String, @Nullable Object>> endpoints =
        slices.stream().flatMap(slice -> slice.maps("endpoints").stream()).toList();
    return EndpointSlices.ready(slices) > 0
        && endpoints.stream()
            .map(endpoint -> Trees.text(endpoint, "targetRef", "name"))
            .filter(Objects::nonNull)
            .allMatch(names::contains);
  }

  private InstallException notReady(Manifest replicaSet) {
    return new InstallException(
        Failure.of(
                FailureCode.MANAGER_NOT_READY,
                "no Pod of "
                    + replicaSet.ref()
                    + " is Ready any more, and requests to "
                    + service
                    + " were to be led to it",
                "Look at the manager's Pods and their log, then run again.")
            .about(replicaSet.ref()));
  }

  private InstallException notNarrowed(List<Manifest> slices) {
    return new InstallException(
        Failure.of(
                FailureCode.TIMEOUT,
                "the endpoints of " + service + " do not follow its selector",
                "Look at the endpoint slice controller, then run again.")
            .about(service)
            .seen(
                slices.stream()
                    .map(
                        slice -> slice.ref() + ": " + slice.maps("endpoints").size() + " endpoints")
                    .toList()));
  }
}
