package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The incident that an installation in the official order ends in, and its mending. */
class DeadIncidentTest {
  private static final Scene SCENE =
      Scene.deadIncident(ReleaseSource.manifests(SmallRelease.yaml(), "small release"));

  @RegisterExtension
  final SimulatedClusterExtension clusters =
      SimulatedClusterExtension.of(SimulatedCluster.builder().speed(20));

  @Test
  void installing_mendsIt(SimulatedCluster cluster) {
    Bystander bystander = cluster.bystander("elsewhere");
    SCENE.setting().accept(cluster);
    assertThat(bystander.refusals()).hasSize(4);

    SCENE.installer(cluster, "installer").build().install();

    assertThat(bystander.refusals()).isEmpty();
  }

  @Test
  void workloadsWhosePodsWereRefused_tryAgainAtOnce(SimulatedCluster cluster) {
    SCENE.setting().accept(cluster);

    SCENE.installer(cluster, "installer").build().install();

    assertThat(cluster.objects().get("apps/v1", "DaemonSet", "kruise-system", "kruise-daemon"))
        .as("it is written, which makes its controller look")
        .hasValueSatisfying(
            daemon -> assertThat(daemon.toString()).contains("applyset.kubernetes.io/part-of"));
    assertThat(cluster.objects().list("apps/v1", "ReplicaSet", "kruise-system"))
        .as("the Deployment is written, which its ReplicaSet does not hear of")
        .anyMatch(set -> set.toString().contains("kruise-installer.github.io/retry-now"));
  }
}
