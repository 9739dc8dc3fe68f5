package io.github.kruiseinstaller.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The testkit answers as a real API server does, but for the differences that are documented. */
class ContractTest {
  private static final List<Difference> DIFFERENCES = new ArrayList<>();

  @BeforeAll
  static void ask() throws InterruptedException {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      // As the images of the cluster that the recordings are from.
      cluster.workloads().pullFails("nosuch:1", "not found");
      cluster.workloads().crash("*:crash", 1, "crash: panic on purpose: this image always fails");
      Target target =
          new Target(cluster.server().toString(), cluster.caCertificate(), cluster.admin().token());
      Map<String, JsonObject> answers =
          new ContractSuite(target, Patience.SIMULATED).run(Contract.themes());
      Recordings recordings = new Recordings(Recordings.FOLDER);
      for (Theme theme : Contract.themes()) {
        JsonObject actual = answers.getOrDefault(theme.name(), new JsonObject());
        DIFFERENCES.addAll(Comparison.of(theme, recordings.read(theme), actual));
      }
    }
  }

  static List<String> themes() {
    return Contract.themes().stream().map(Theme::name).toList();
  }

  @ParameterizedTest
  @MethodSource("themes")
  void theTestkit_answersAsARealServer(String theme) {
    assertThat(KnownDifferences.unexplained(DIFFERENCES))
        .filteredOn(difference -> difference.theme().equals(theme))
        .isEmpty();
  }

  @Test
  void everyKnownDifference_isStillOne() {
    assertThat(KnownDifferences.unused(DIFFERENCES)).isEmpty();
  }
}
