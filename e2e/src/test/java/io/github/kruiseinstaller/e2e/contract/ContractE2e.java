package io.github.kruiseinstaller.e2e.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import io.github.kruiseinstaller.e2e.TestCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The recordings still are what a real API server answers. */
class ContractE2e {

  @Test
  void aRealServer_answersAsRecorded() throws Exception {
    Optional<TestCluster> found = TestCluster.find();
    assumeTrue(found.isPresent(), "no cluster: set KUBECONFIG or KRUISE_E2E_CLUSTER");
    try (TestCluster cluster = found.orElseThrow()) {
      cluster.reset();
      Target target = Target.of(cluster.kubeconfig());
      String version = version(target);
      List<Difference> differences = differences(target);
      if (version.equals(Recordings.KUBERNETES)) {
        assertThat(differences).isEmpty();
      } else {
        System.out.println(
            "Kubernetes " + version + " differs from " + Recordings.KUBERNETES + ":");
        differences.forEach(System.out::println);
      }
    }
  }

  private static String version(Target target) {
    try (ContractRunner runner = new ContractRunner(target, Patience.REAL)) {
      return runner.kubernetesVersion();
    }
  }

  private static List<Difference> differences(Target target) throws InterruptedException {
    Recordings recordings = new Recordings(Recordings.FOLDER);
    Map<String, JsonObject> answers =
        new ContractSuite(target, Patience.REAL).run(Contract.themes());
    List<Difference> differences = new ArrayList<>();
    for (Theme theme : Contract.themes()) {
      differences.addAll(
          Comparison.of(
              theme, recordings.read(theme), answers.getOrDefault(theme.name(), new JsonObject())));
    }
    return differences;
  }
}
