package io.github.kruiseinstaller.testkit.internal.kruise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** The official charts, if they are at hand: their manager is the simulated one here. */
class OfficialReleasesTest {
  private static String chart(String version) throws IOException {
    String named = System.getenv("KRUISE_CHARTS");
    Path folder = named == null ? Path.of("..", "..", "shared", "charts") : Path.of(named);
    Path file = folder.resolve("kruise-" + version + ".yaml");
    assumeThat(file).exists();
    return Files.readString(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5.0", "1.5.1", "1.5.5", "1.7.5", "1.8.3"})
  void aChart_rollsOut_andAllItsWebhooksStay(String version) throws IOException {
    String yaml = chart(version);
    Map<String, Integer> expected = new HashMap<>();
    for (Object document : new Yaml().loadAll(yaml)) {
      JsonNode object = Json.of(document);
      expected.put(Nodes.name(object), Nodes.list(object, "webhooks").size());
    }
    try (RealCluster cluster = new RealCluster(KruiseBehavior.REALISTIC)) {
      cluster.apply(yaml);
      cluster.seconds(40);
      for (Plural plural : List.of(Plural.MUTATING, Plural.VALIDATING)) {
        ObjectNode live = cluster.list(plural, "").get(0);
        assertThat(Nodes.list(live, "webhooks")).hasSize(expected.get(Nodes.name(live)));
        assertThat(
                WebhookList.parse(Nodes.textOrEmpty(live, "metadata", "annotations", "template")))
            .hasSize(expected.get(Nodes.name(live)));
      }
      Plural deployments = new Plural("apps", "deployments");
      ObjectNode manager = cluster.get(deployments, "kruise-system", "kruise-controller-manager");
      assertThat(Nodes.number(0, manager, "status", "availableReplicas")).isEqualTo(2);
      Plural daemonSets = new Plural("apps", "daemonsets");
      ObjectNode daemon = cluster.get(daemonSets, "kruise-system", "kruise-daemon");
      assertThat(Nodes.number(0, daemon, "status", "numberReady")).isEqualTo(1);
      assertThat(cluster.list(Plural.NODE_IMAGES, "")).hasSize(1);
      assertThat(cluster.list(Plural.NODE_POD_PROBES, "")).hasSize(1);
    }
  }
}
