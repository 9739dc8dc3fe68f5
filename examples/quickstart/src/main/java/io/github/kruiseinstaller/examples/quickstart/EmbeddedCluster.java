package io.github.kruiseinstaller.examples.quickstart;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.Pace;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.time.Duration;

/** A cluster inside this process, for those who have none or want to see first. */
final class EmbeddedCluster implements AutoCloseable {
  /** Fast enough to be worth watching, slow enough to be followed. */
  private static final double SPEED = 3;

  /** For failures that only the deadline ends. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Scenario scenario;
  private final SimulatedCluster cluster;
  private final Bystander bystander;

  EmbeddedCluster(Scenario scenario) {
    this.scenario = scenario;
    cluster = SimulatedCluster.builder().pace(Pace.REALISTIC).speed(SPEED).start();
    bystander = cluster.bystander("shop");
    scenario.set(cluster);
  }

  /** The cluster, and a release that needs no network. */
  void applyTo(OpenKruiseInstaller.Builder builder) {
    builder
        .kubeconfig(cluster.kubeconfigFile())
        .release(ReleaseSource.manifests(SmallRelease.yaml(), "the testkit's small release"));
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
