package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.testkit.ApiRefusal;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What is the matter with a cluster, apart from the answers of its API server. */
enum Plight {
  HEALTHY(cluster -> {}),
  SLOW_MANAGER(cluster -> cluster.workloads().managerStartTakes(Duration.ofSeconds(3))),
  CRASH_LOOP(
      FailureCode.CONTAINER_CRASHING,
      cluster -> cluster.workloads().crash(Plight.IMAGES, 1, "panic: no such flag")),
  IMAGE_MISSING(
      FailureCode.IMAGE_PULL_FAILED,
      cluster -> cluster.workloads().pullFails(Plight.IMAGES, "failed to resolve: not found")),
  NEVER_READY(
      FailureCode.MANAGER_NOT_READY, cluster -> cluster.workloads().neverReady(Plight.IMAGES)),
  UNSCHEDULABLE(
      FailureCode.UNSCHEDULABLE,
      cluster -> cluster.workloads().unschedulable(Plight.NAMESPACE, "1 Insufficient cpu")),
  /** An older manager serves, and its pods end before anybody knows. */
  OLD_CONNECTIONS_DROPPED(Plight::olderManagerThatDropsConnections),
  UNLABELLED_NAMESPACE(cluster -> cluster.objects().apply(Plight.UNLABELLED)),
  /** The usual order in a namespace without its label: armed, and the manager's pods refused. */
  DEAD_INCIDENT(Plight::deadIncident);

  static final String NAMESPACE = "kruise-system";
  static final String IMAGES = "*kruise-manager:*";
  static final String UNLABELLED =
      "{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system}}";
  private static final Pattern DOCUMENTS = Pattern.compile("(?m)^---$");

  // A copy that nobody changes.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<FailureCode> codes;

  // Only ever a lambda that keeps nothing.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Consumer<SimulatedCluster> setting;

  Plight(Consumer<SimulatedCluster> setting) {
    this.codes = Set.of();
    this.setting = setting;
  }

  Plight(FailureCode code, Consumer<SimulatedCluster> setting) {
    this.codes = Set.of(code);
    this.setting = setting;
  }

  /** Makes the cluster so. */
  void set(SimulatedCluster cluster) {
    setting.accept(cluster);
  }

  /** Takes away whatever is the matter with its workloads; what is stored stays. */
  void mend(SimulatedCluster cluster) {
    cluster.workloads().mend();
    cluster.workloads().managerStartTakes(Duration.ofMillis(20));
    cluster.workloads().managerResetsConnections(false);
    if (this == NEVER_READY) {
      // Its containers run, and what they do is settled when they start.
      for (Map<String, Object> pod : cluster.objects().list("v1", "Pod", NAMESPACE)) {
        String name = String.valueOf(((Map<?, ?>) pod.get("metadata")).get("name"));
        endPod(cluster, name);
      }
    }
  }

  /** A controller may be faster, and that is as good. */
  private static void endPod(SimulatedCluster cluster, String name) {
    try {
      cluster.objects().delete("v1", "Pod", NAMESPACE, name);
    } catch (ApiRefusal e) {
      if (e.status() != 404) {
        throw e;
      }
    }
  }

  /** Whether no run can succeed before it is mended. */
  boolean isHopeless() {
    return !codes.isEmpty();
  }

  /**
   * Whether somebody else has made the namespace, so that it does not bear the installer's mark.
   */
  boolean hasForeignNamespace() {
    return this == UNLABELLED_NAMESPACE || this == DEAD_INCIDENT;
  }

  /** The codes that say what is the matter. */
  Set<FailureCode> codes() {
    return codes;
  }

  /** What else may be seen of it until it is mended. */
  Set<FailureCode> traces() {
    // Pods that were refused before the run may not have been tried again when its time is over.
    return this == DEAD_INCIDENT ? Set.of(FailureCode.PODS_NOT_CREATED) : Set.of();
  }

  private static void olderManagerThatDropsConnections(SimulatedCluster cluster) {
    SmallInstallers.plain(cluster, cluster.user("earlier", "system:masters"))
        .release(BriskRelease.marked("1.8.0"))
        .customize(SecretMarkers.inRelease())
        .build()
        .install();
    cluster.workloads().endBeforeServicesKnow(NAMESPACE);
    cluster.workloads().managerResetsConnections(true);
  }

  /** What somebody leaves who applies a release as it stands where the namespace has no label. */
  static void deadIncident(SimulatedCluster cluster) {
    cluster.objects().apply(UNLABELLED);
    List<String> rest =
        DOCUMENTS
            .splitAsStream(BriskRelease.yaml())
            .filter(document -> !document.contains("kind: Namespace\n"))
            .toList();
    String workloads = "(?s).*\nkind: (Deployment|DaemonSet)\n.*";
    rest.stream()
        .filter(document -> !document.matches(workloads))
        .forEach(cluster.objects()::apply);
    rest.stream().filter(document -> document.matches(workloads)).forEach(cluster.objects()::apply);
  }
}
