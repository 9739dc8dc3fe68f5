package io.github.kruiseinstaller.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rules cover is for the API server to say: its matcher takes "x/*" for x itself too. */
class WebhooksTest {
  @ParameterizedTest
  @CsvSource({
    "deployments, true",
    "deployments/*, true",
    "*, true",
    "*/*, true",
    "deployments/scale, false",
    "*/scale, false",
    "daemonsets/*, false"
  })
  void ruleForAResource_coversTheResourceItself(String resources, boolean covered) {
    Map<String, @Nullable Object> entry = entry("apps", resources);

    assertThat(Webhooks.interceptsCreation(entry, "apps", "deployments")).isEqualTo(covered);
    assertThat(interceptors(entry, "apps/v1", "Deployment")).hasSize(covered ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "pods, true, true",
    "pods/*, true, true",
    "pods/ephemeralcontainers, false, true",
    "*/eviction, false, true",
    "nodes/*, false, false"
  })
  void ruleForPods_coversThemOrTheirSubresources(String resources, boolean made, boolean any) {
    Map<String, @Nullable Object> entry = entry("", resources);

    assertThat(Webhooks.interceptsCreation(entry, "", "pods")).isEqualTo(made);
    assertThat(interceptors(entry, "v1", "Pod")).hasSize(made ? 1 : 0);
    assertThat(Webhooks.interceptsPods(entry)).isEqualTo(any);
  }

  private static List<?> interceptors(
      Map<String, @Nullable Object> entry, String apiVersion, String kind) {
    Manifest object =
        Manifest.of(
            Map.of(
                "apiVersion",
                apiVersion,
                "kind",
                kind,
                "metadata",
                Map.of("name", "some", "namespace", "elsewhere")));
    Manifest configuration =
        Manifest.of(
            Map.of(
                "apiVersion",
                "admissionregistration.k8s.io/v1",
                "kind",
                Webhooks.VALIDATING,
                "metadata",
                Map.of("name", "anothers"),
                "webhooks",
                List.of(entry)));
    return new Interceptors(List.of(object), List.of()).among(List.of(configuration));
  }

  private static Map<String, @Nullable Object> entry(String group, String resources) {
    return Trees.mutable(
        Map.of(
            "name",
            "one.example.com",
            "rules",
            List.of(
                Map.of(
                    "apiGroups", List.of(group),
                    "apiVersions", List.of("v1"),
                    "operations", List.of("CREATE"),
                    "resources", List.of(resources)))));
  }
}
