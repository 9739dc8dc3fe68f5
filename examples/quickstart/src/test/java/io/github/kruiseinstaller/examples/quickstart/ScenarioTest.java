package io.github.kruiseinstaller.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scenarios are what their sentences say; the slow and the failing ones are for people. */
@ExtendWith(SimulatedClusterExtension.class)
class ScenarioTest {
  @ParameterizedTest
  @EnumSource(names = {"UNLABELLED_NAMESPACE", "INCIDENT", "API_SERVER_HICCUP"})
  void installing_mendsIt(Scenario scenario, SimulatedCluster cluster) {
    Bystander bystander = cluster.bystander("shop");
    scenario.set(cluster);

    assertThat(installer(cluster).install().succeeded()).isTrue();
    assertThat(bystander.refusals()).isEmpty();
    assertThat(scenario.ending()).isEqualTo(Scenario.Ending.MENDED);
  }

  @Test
  void incident_refusesEveryPod(SimulatedCluster cluster) {
    Bystander bystander = cluster.bystander("shop");
    Scenario.INCIDENT.set(cluster);

    assertThat(bystander.refusals()).anyMatch(text -> text.startsWith("create: 500"));
  }

  @Test
  @SuppressWarnings("try") // The result is there once it is closed; closing twice does no harm.
  void podRequests_areCounted() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    Supplier<List<String>> round =
        () -> {
          boolean first = asked.getCount() == 1;
          asked.countDown();
          return first ? List.of("create: 500") : List.of();
        };
    try (PodRequests requests = new PodRequests(round)) {
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      requests.close();

      assertThat(requests.result())
          .matches("\\d+ Pod requests .*, 1 refused, the last \\d+\\.\\d s after the start");
    }
  }

  private static OpenKruiseInstaller installer(SimulatedCluster cluster) {
    return OpenKruiseInstaller.builder()
        .kubeconfig(cluster.kubeconfigFile())
        .release(ReleaseSource.manifests(SmallRelease.yaml(), "small"))
        .takeOver(TakeOver.KEEP_HELM_RECORD)
        .build();
  }
}
