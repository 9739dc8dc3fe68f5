package io.github.kruiseinstaller.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbeWebhooksTest {
  private static final Manifest NAMESPACE = FakeCluster.namespaceManifest("default", "team", "a");
  private static final String PODS =
      "\"rules\":[{\"apiGroups\":[\"\"],\"apiVersions\":[\"v1\"],\"operations\":[\"CREATE\"],\"resources\":[\"pods\"]}]";

  @Test
  void ofPod_countsOnlyWhatBothSelectorsLetThrough() {
    Manifest others =
        configuration(
            "Validating",
            entry("asked", ",\"namespaceSelector\":{\"matchLabels\":{\"team\":\"a\"}}"),
            entry("other-namespace", ",\"namespaceSelector\":{\"matchLabels\":{\"team\":\"b\"}}"),
            entry("other-pods", ",\"objectSelector\":{\"matchLabels\":{\"inject\":\"true\"}}"));

    assertThat(ProbeWebhooks.ofPod(List.of(others), NAMESPACE).names()).containsExactly("asked");
    assertThat(ProbeWebhooks.ofPod(List.of(others), null).names())
        .containsExactly("asked", "other-namespace");
    assertThat(ProbeWebhooks.ofCloneSet(List.of(others), NAMESPACE).isEmpty()).isTrue();
  }

  @Test
  void longest_isOfThoseThatWaitForEachOther() {
    Manifest mutating =
        configuration(
            "Mutating",
            entry("a", ",\"failurePolicy\":\"Ignore\",\"timeoutSeconds\":3"),
            entry("b", ",\"failurePolicy\":\"Ignore\",\"timeoutSeconds\":4"),
            entry("c", ",\"failurePolicy\":\"Fail\",\"timeoutSeconds\":7"));
    Manifest validating =
        configuration(
            "Validating",
            entry("d", ",\"failurePolicy\":\"Ignore\",\"timeoutSeconds\":5"),
            entry("e", ""));

    assertThat(ProbeWebhooks.ofPod(List.of(mutating), NAMESPACE).longest())
        .isEqualTo(Duration.ofSeconds(3 + 4 + 7));
    assertThat(ProbeWebhooks.ofPod(List.of(mutating, validating), NAMESPACE).longest())
        .isEqualTo(Duration.ofSeconds(3 + 4 + 10));
    assertThat(ProbeWebhooks.ofPod(List.of(), NAMESPACE).longest()).isZero();
  }

  private static Manifest configuration(String kind, String... entries) {
    return Manifest.parseJson(
        "{\"apiVersion\":\"admissionregistration.k8s.io/v1\",\"kind\":\"%sWebhookConfiguration\",\"metadata\":{\"name\":\"others\"},\"webhooks\":[%s]}"
            .formatted(kind, String.join(",", entries)));
  }

  private static String entry(String name, String more) {
    return "{\"name\":\"%s\",%s%s}".formatted(name, PODS, more);
  }
}
