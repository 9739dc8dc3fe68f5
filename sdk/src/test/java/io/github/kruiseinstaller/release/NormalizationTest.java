package io.github.kruiseinstaller.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizationTest {
  private static final String DEFINITION =
      """
      {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
       "metadata":{"name":"x","creationTimestamp":null},
       "spec":{"group":"apps.kruise.io","conversion":{"strategy":"Webhook","webhook":{"clientConfig":
         {"caBundle":"%s","service":{"name":"webhook-service","namespace":"system","path":"/convert"}}}}},
       "status":{"conditions":[]}}
      """;

  @ParameterizedTest
  @ValueSource(strings = {"Cg==", "", "IA==", "Cgo="})
  void clean_whenCaBundleHoldsNoCertificate_dropped(String caBundle) {
    Manifest clean = Normalization.clean(Manifest.parseJson(DEFINITION.formatted(caBundle)));

    assertThat(clean.map("spec", "conversion", "webhook", "clientConfig"))
        .containsOnlyKeys("service");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LS0tLS1CRUdJTi0t", "not base64 %%%"})
  void clean_whenCaBundleHoldsAnything_kept(String caBundle) {
    Manifest clean = Normalization.clean(Manifest.parseJson(DEFINITION.formatted(caBundle)));

    assertThat(clean.text("spec", "conversion", "webhook", "clientConfig", "caBundle"))
        .isEqualTo(caBundle);
  }

  @Test
  void clean_whenStatusAndEmptyTimestamps_dropped() {
    Manifest clean = Normalization.clean(Manifest.parseJson(DEFINITION.formatted("Cg==")));

    assertThat(clean.tree()).doesNotContainKey("status");
    assertThat(clean.map("metadata")).containsOnlyKeys("name");
  }

  @Test
  void clean_whenTimestampIsSet_kept() {
    Manifest live =
        Manifest.parseJson(
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\","
                + "\"metadata\":{\"name\":\"x\",\"creationTimestamp\":\"2024-01-01T00:00:00Z\"}}");

    assertThat(Normalization.clean(live)).isSameAs(live);
  }

  @Test
  void clean_whenWebhookHasNoCertificate_caBundleDroppedAndTheRestKept() {
    Manifest clean =
        Normalization.clean(
            Manifest.parseJson(
                "{\"apiVersion\":\"v1\",\"kind\":\"X\",\"metadata\":{\"name\":\"x\"},"
                    + "\"webhooks\":[{\"name\":\"a\",\"clientConfig\":{\"caBundle\":\"Cg==\","
                    + "\"service\":{\"name\":\"s\"}}},{\"name\":\"b\"}]}"));

    assertThat(clean.toJson())
        .endsWith(
            "\"webhooks\":[{\"name\":\"a\",\"clientConfig\":{\"service\":{\"name\":\"s\"}}},"
                + "{\"name\":\"b\"}]}");
  }

  @Test
  void load_whenConversionPointsToPlaceholder_pointsToTheServiceOfTheWebhooks() {
    String conversion =
        "conversion: {strategy: Webhook, webhook: {clientConfig: {caBundle: Cg==, service:"
            + " {name: webhook-service, namespace: system, path: /convert}}}}";
    Release release =
        SmallRelease.load(
            SmallRelease.with(
                "  group: apps.kruise.io", "  group: apps.kruise.io\n  " + conversion));

    assertThat(release.customResourceDefinitions().get(0).map("spec", "conversion").toString())
        .isEqualTo(
            "{strategy=Webhook, webhook={clientConfig={service={name=kruise-webhook-service,"
                + " namespace=kruise-system, path=/convert}}}}");
  }

  @Test
  void load_whenManifestsHaveTheDefaultNamespaceInTheirWebhooks_theyPointToTheService() {
    String moved = SmallRelease.YAML.replace("kruise-system", "team-kruise");
    String written =
        moved.replace("namespace: team-kruise, path", "namespace: kruise-system, path");

    Release release = SmallRelease.load(written);

    assertThat(release.namespace()).isEqualTo("team-kruise");
    assertThat(release.manifests()).isEqualTo(SmallRelease.load(moved).manifests());
  }

  @Test
  void load_whenWebhooksNameAnyOtherNamespaceThanTheServices_refused() {
    String moved = SmallRelease.YAML.replace("kruise-system", "team-kruise");
    String written = moved.replace("namespace: team-kruise, path", "namespace: third, path");

    assertThatThrownBy(() -> SmallRelease.load(written))
        .isInstanceOf(InstallException.class)
        .hasMessageContaining("points to Service third/kruise-webhook-service");
  }

  @Test
  void with_whenLoadedReleaseIsValidatedAgain_nothingChanges() {
    Release release = SmallRelease.load(SmallRelease.YAML);

    assertThat(release.with(release.manifests())).isEqualTo(release);
  }
}
