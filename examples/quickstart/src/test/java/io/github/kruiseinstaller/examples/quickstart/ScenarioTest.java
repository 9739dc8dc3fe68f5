package io.github.kruiseinstaller.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scenarios are what their sentences say; the slow and the failing ones are for people. */
@ExtendWith(SimulatedClusterExtension.class)
class ScenarioTest {
  @ParameterizedTest
  @EnumSource(names = {"UNLABELLED_NAMESPACE", "API_SERVER_HICCUP"})
  void installing_mendsIt(Scenario scenario, SimulatedCluster cluster) {
    Bystander bystander = cluster.bystander("shop");
    scenario.set(cluster);

    assertThat(installer(cluster).install().succeeded()).isTrue();
    assertThat(bystander.refusals()).isEmpty();
    assertThat(scenario.ending()).isEqualTo(Scenario.Ending.MENDED);
  }

  private static OpenKruiseInstaller installer(SimulatedCluster cluster) {
    return OpenKruiseInstaller.builder()
        .kubeconfig(cluster.kubeconfigFile())
        .release(ReleaseSource.manifests(SmallRelease.yaml(), "small"))
        .build();
  }
}
