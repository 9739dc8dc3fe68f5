package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A comparison that overlooks what matters would prove nothing. */
class ClusterStateTest {
  private static final SimulatedCluster.Builder QUICK = SimulatedCluster.builder().speed(20);

  @RegisterExtension final SimulatedClusterExtension clusters = SimulatedClusterExtension.of(QUICK);

  private static final List<Consumer<Edits>> EDITS =
      List.of(
          Edits::nameTheServicesTargetPort,
          Edits::removeTheLastRuleOfARole,
          Edits::shortenTheTimeOutOfAWebhook,
          Edits::runAnotherManager,
          Edits::deleteAServiceAccount,
          Edits::disarm);

  @BeforeEach
  void install(SimulatedCluster cluster) {
    SmallInstallers.of(cluster.admin()).build().install();
  }

  @Test
  void ofAnotherCluster_isTheSame(SimulatedCluster cluster) {
    try (SimulatedCluster another = QUICK.start()) {
      SmallInstallers.of(another.admin()).build().install();

      assertThat(ClusterState.of(another)).isEqualTo(ClusterState.of(cluster));
    }
  }

  @Test
  void afterEachEdit_isAnother(SimulatedCluster cluster) {
    Edits edits = new Edits(cluster.objects());
    assertThat(EDITS)
        .allSatisfy(
            edit -> {
              Map<String, Object> before = ClusterState.of(cluster);
              edit.accept(edits);
              assertThat(ClusterState.of(cluster)).isNotEqualTo(before);
            });
  }
}
