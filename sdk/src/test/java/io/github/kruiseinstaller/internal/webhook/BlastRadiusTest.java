package io.github.kruiseinstaller.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.Interception;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlastRadiusTest {
  private static final List<Manifest> NAMESPACES =
      List.of(
          FakeCluster.namespaceManifest("shop"),
          FakeCluster.namespaceManifest("default"),
          FakeCluster.namespaceManifest("kube-system"),
          FakeCluster.namespaceManifest("kruise-system", "control-plane", "openkruise"));

  @ParameterizedTest
  @CsvSource({
    "1.5.0, 'default,kube-system,shop', 10",
    "1.5.1, 'default,kube-system,shop', 10",
    "1.5.5, 'default,shop', 10",
    "1.7.5, 'default,shop', 30",
    "1.8.3, 'default,shop', 30"
  })
  void of_showsWherePodsAreIntercepted(String version, String namespaces, long timeout) {
    Map<String, Interception> rows = rows(version);

    Interception pods = rows.get("mpod.kb.io");
    assertThat(pods.namespaces()).containsExactly(namespaces.split(",", -1));
    assertThat(pods.namespaces().size() + pods.excludedNamespaces().size()).isEqualTo(4);
    assertThat(pods.operations()).containsExactly("CREATE");
    assertThat(pods.resources()).containsExactly("pods");
    assertThat(pods.failurePolicy()).isEqualTo("Fail");
    assertThat(pods.timeoutSeconds()).isEqualTo(timeout);
    assertThat(pods.configuration()).isEqualTo("kruise-mutating-webhook-configuration");
    assertThat(rows.get("vpodeviction.kb.io").resources()).containsExactly("pods/eviction");
    assertThat(rows.get("vpod.kb.io").operations()).containsExactly("UPDATE", "DELETE");
  }

  @ParameterizedTest
  @CsvSource({"1.5.0, 34", "1.8.3, 36"})
  void of_hasOneRowForEachWebhook(String version, int count) {
    assertThat(rows(version)).hasSize(count);
  }

  @Test
  void of_namesGroupsAndObjectSelectors() {
    Map<String, Interception> rows = rows("1.8.3");

    assertThat(rows.get("vcloneset.kb.io").resources()).containsExactly("clonesets.apps.kruise.io");
    assertThat(rows.get("vcloneset.kb.io").onlyLabelled()).isEmpty();
    assertThat(rows.get("vnamespace.kb.io").onlyLabelled())
        .isEqualTo("policy.kruise.io/delete-protection");
    assertThat(rows.get("vnamespace.kb.io").failurePolicy()).isEqualTo("Ignore");
    assertThat(rows("1.5.0").get("vnamespace.kb.io").failurePolicy()).isEqualTo("Fail");
  }

  private static Map<String, Interception> rows(String version) {
    return BlastRadius.of(OfficialConfigurations.of(version), NAMESPACES).stream()
        .collect(Collectors.toMap(Interception::webhook, Function.identity()));
  }
}
