package io.github.kruiseinstaller.e2e.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Effect;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The SDK installs the official releases into a simulated cluster. */
class OfficialReleasesE2e {
  @ParameterizedTest
  @ValueSource(strings = {"1.8.3", "1.7.5", "1.5.5", "1.5.0"})
  void installsOnceAndThenChangesNothing(String version) throws Exception {
    Path manifests = Clients.chart("kruise-" + version + ".yaml");
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      OpenKruiseInstaller installer =
          OpenKruiseInstaller.builder()
              .kubeconfig(cluster.kubeconfigFile())
              .release(ReleaseSource.manifests(manifests))
              .build();

      assertThat(installs(installer).succeeded()).isTrue();
      assertThat(cluster.bystander("bystander").refusals()).isEmpty();

      cluster.requests().clear();
      assertThat(installs(installer).succeeded()).isTrue();
      assertThat(cluster.requests().entries())
          .isNotEmpty()
          .allMatch(entry -> entry.effect() == Effect.NONE);
    }
  }

  private static InstallReport installs(OpenKruiseInstaller installer) {
    try {
      return installer.install();
    } catch (InstallFailedException e) {
      throw new AssertionError(e.report().render(), e);
    }
  }
}
