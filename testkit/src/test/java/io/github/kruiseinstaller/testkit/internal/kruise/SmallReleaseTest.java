package io.github.kruiseinstaller.testkit.internal.kruise;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class SmallReleaseTest {
  private static Set<String> paths(String yaml) {
    Set<String> paths = new HashSet<>();
    for (Object document : new Yaml().loadAll(yaml)) {
      Nodes.list(Json.of(document), "webhooks")
          .forEach(
              webhook -> paths.add(Nodes.textOrEmpty(webhook, "clientConfig", "service", "path")));
    }
    return paths;
  }

  @Test
  void yaml_hasWhatAReleaseNeeds() {
    List<String> kinds = new ArrayList<>();
    for (Object document : new Yaml().loadAll(SmallRelease.yaml())) {
      kinds.add(Nodes.textOrEmpty(Json.of(document), "kind"));
    }
    assertThat(kinds)
        .contains(
            "Namespace",
            "ServiceAccount",
            "Secret",
            "Service",
            "Deployment",
            "DaemonSet",
            "MutatingWebhookConfiguration",
            "ValidatingWebhookConfiguration");
    assertThat(kinds).filteredOn("CustomResourceDefinition"::equals).hasSize(5);
  }

  @Test
  void yaml_hasOnlyPathsThatItsManagerServes() {
    for (int minor : new int[] {5, 8, 9}) {
      ManagerVersion version = new ManagerVersion(1, minor, 0);
      String yaml = SmallRelease.yaml(version);
      assertThat(WebhookPaths.of(version)).containsAll(paths(yaml));
      assertThat(yaml).contains("kruise-manager:" + version).doesNotContain("v1.8.3");
    }
    assertThat(SmallRelease.yaml(SmallRelease.VERSION)).isEqualTo(SmallRelease.yaml());
  }
}
