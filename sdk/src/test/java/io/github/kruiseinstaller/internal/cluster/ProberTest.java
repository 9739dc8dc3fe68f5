package io.github.kruiseinstaller.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.credentials.AccessTokenAuthentication;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** All probes of a proof ask the same API server, or say that they do not. */
class ProberTest {
  private static final Manifest PROBE =
      Manifest.of(
          Map.of(
              "apiVersion", "v1",
              "kind", "ConfigMap",
              "metadata", Map.of("name", "probe", "namespace", "default")));

  @Test
  void create_whenTheConnectionIsCut_isNotSentAgainOverAnotherOne() {
    try (SimulatedCluster cluster = SimulatedCluster.start();
        Connection connection =
            Connection.over(
                new ClientBuilder()
                    .setBasePath(cluster.plainServer().toString())
                    .setAuthentication(new AccessTokenAuthentication(cluster.admin().token()))
                    .build());
        Cluster.Prober prober = connection.bind(new TestRun().control, "tester").prober()) {
      cluster
          .faults()
          .add(
              FaultRule.when()
                  .verb("create")
                  .resource("configmaps")
                  .nth(2)
                  .then(new Fault.Reset(Fault.Moment.AFTER_EFFECT)));
      prober.create(PROBE, Duration.ofSeconds(30));

      assertThatThrownBy(() -> prober.create(PROBE, Duration.ofSeconds(30)))
          .isInstanceOfSatisfying(
              ClusterException.class,
              refused -> assertThat(refused.status()).isEqualTo(ClusterException.NO_ANSWER));

      assertThat(cluster.requests().entries())
          .filteredOn(entry -> entry.request().resource().equals("configmaps"))
          .hasSize(2);
    }
  }
}
