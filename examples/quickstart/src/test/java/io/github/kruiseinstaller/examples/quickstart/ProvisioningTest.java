package io.github.kruiseinstaller.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The README's test with the testkit: it is run. */
@ExtendWith(SimulatedClusterExtension.class)
class ProvisioningTest {
  @Test
  void installs(SimulatedCluster cluster) {
    ReleaseSource small = ReleaseSource.manifests(SmallRelease.yaml(), "small");
    InstallReport report = provision(cluster.kubeconfigFile(), small);
    assertThat(report.succeeded()).isTrue();
    assertThat(cluster.bystander("shop").refusals()).isEmpty();
  }

  /** What the reader's own code would be. */
  private static InstallReport provision(Path kubeconfig, ReleaseSource release) {
    return OpenKruiseInstaller.builder().kubeconfig(kubeconfig).release(release).build().install();
  }
}
