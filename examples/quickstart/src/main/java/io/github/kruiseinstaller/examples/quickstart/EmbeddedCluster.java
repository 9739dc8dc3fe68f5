package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.Pace;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/** A cluster inside this process, for those who have none or want to see first. */
final class EmbeddedCluster implements AutoCloseable {
  /** Fast enough to be worth watching, slow enough to be followed. */
  private static final double SPEED = 3;

  /** For failures that only the deadline ends. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** It is ready long before. */
  private static final Duration SETTLING = Duration.ofMinutes(1);

  /** Where nothing comes up: nobody waits longer. */
  private static final Duration SETTLING_IN_VAIN = Duration.ofSeconds(8);

  private static final long LOOK_AGAIN_NANOS = 50_000_000;

  private final Scenario scenario;
  private final SimulatedCluster cluster;
  private final Bystander bystander;

  /**
   * A cluster.
   *
   * @param installed whether OpenKruise is there already, as kubectl apply installs it
   */
  EmbeddedCluster(Scenario scenario, boolean installed) {
    this.scenario = scenario;
    cluster = SimulatedCluster.builder().pace(Pace.REALISTIC).speed(SPEED).start();
    bystander = cluster.bystander("shop");
    scenario.set(cluster);
    if (installed) {
      cluster.objects().apply(scenario.manifests());
      settle();
    }
  }

  /** Until the manager is Ready, or has had the time for it. */
  private void settle() {
    Duration limit = scenario.managerComesUp() ? SETTLING : SETTLING_IN_VAIN;
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < end && !isReady()) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  private boolean isReady() {
    return cluster
        .objects()
        .get("apps/v1", "Deployment", "kruise-system", "kruise-controller-manager")
        .filter(
            manager ->
                manager.get("spec") instanceof Map<?, ?> spec
                    && manager.get("status") instanceof Map<?, ?> status
                    && Objects.equals(spec.get("replicas"), status.get("availableReplicas")))
        .isPresent();
  }

  /** The cluster, and a release that needs no network. */
  void applyTo(OpenKruiseInstaller.Builder builder) {
    builder
        .kubeconfig(cluster.kubeconfigFile())
        .release(ReleaseSource.manifests(SmallRelease.yaml(), "the testkit's small release"));
    if (scenario == Scenario.INCIDENT) {
      // Somebody else made it; whoever installs here has read that.
      builder.takeOver(TakeOver.KEEP_HELM_RECORD);
    }
    if (scenario.ending() == Scenario.Ending.FAILED) {
      builder.timeout(PATIENCE);
    }
  }

  /** From now on somebody asks this cluster for Pods. */
  PodRequests podRequests() {
    return new PodRequests(bystander::refusals);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
