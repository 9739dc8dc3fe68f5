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

  @Test
  void of_whenObjectsAreClusterWide_namesNoNamespace() {
    Manifest configuration =
        Manifest.parseJson(
            """
            {"apiVersion": "admissionregistration.k8s.io/v1",
             "kind": "ValidatingWebhookConfiguration",
             "metadata": {"name": "c"},
             "webhooks": [%s, %s, %s, %s]}
            """
                .formatted(
                    webhook("defined", "apps.kruise.io", "nodeimages"),
                    webhook("namespaced", "apps.kruise.io", "clonesets"),
                    webhook("builtIn", "apiextensions.k8s.io", "customresourcedefinitions"),
                    webhook("namespaces", "", "namespaces")));
    Map<String, Interception> rows =
        byWebhook(
            BlastRadius.of(
                List.of(configuration),
                List.of(definition("nodeimages", "Cluster"), definition("clonesets", "Namespaced")),
                NAMESPACES));

    assertThat(rows.get("defined").namespaces()).isEmpty();
    assertThat(rows.get("defined").excludedNamespaces()).isEmpty();
    assertThat(rows.get("defined").toString())
        .isEqualTo("defined: DELETE nodeimages.apps.kruise.io, cluster-wide, Fail, 10 s");
    assertThat(rows.get("builtIn").namespaces()).isEmpty();
    assertThat(rows.get("namespaced").namespaces()).containsExactly("default", "shop");
    // A Namespace is judged by its own labels.
    assertThat(rows.get("namespaces").namespaces()).containsExactly("default", "shop");
    assertThat(rows.get("namespaces").excludedNamespaces())
        .containsExactly("kruise-system", "kube-system");
  }

  private static String webhook(String name, String group, String resource) {
    return """
    {"name": "%s",
     "namespaceSelector": {"matchExpressions": [
       {"key": "kubernetes.io/metadata.name", "operator": "NotIn",
        "values": ["kube-system", "kruise-system"]}]},
     "rules": [{"operations": ["DELETE"], "apiGroups": ["%s"], "apiVersions": ["*"],
                "resources": ["%s"]}]}
    """
        .formatted(name, group, resource);
  }

  private static Manifest definition(String plural, String scope) {
    return Manifest.parseJson(
        """
        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
         "metadata": {"name": "%s.apps.kruise.io"}, "spec": {"scope": "%s"}}
        """
            .formatted(plural, scope));
  }

  private static Map<String, Interception> rows(String version) {
    return byWebhook(BlastRadius.of(OfficialConfigurations.of(version), List.of(), NAMESPACES));
  }

  private static Map<String, Interception> byWebhook(List<Interception> rows) {
    return rows.stream().collect(Collectors.toMap(Interception::webhook, Function.identity()));
  }
}
