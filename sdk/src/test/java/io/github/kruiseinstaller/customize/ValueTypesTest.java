package io.github.kruiseinstaller.customize;

import static io.github.kruiseinstaller.customize.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.text.Quantity;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "0.5, 0.5",
    ".5, 0.5",
    "5., 5",
    "100m, 0.1",
    "2k, 2000",
    "1e3, 1000",
    "1E-2, 0.01",
    "3E, 3000000000000000000",
    "1Ki, 1024",
    "2Mi, 2097152",
    "1Gi, 1073741824",
    "5u, 0.000005",
    "7n, 0.000000007",
    "1P, 1000000000000000"
  })
  void quantity_whenWellFormed_hasThisAmount(String text, BigDecimal amount) {
    assertThat(Quantity.parse(text)).isEqualByComparingTo(amount);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1 Gi", "1gi", "Gi", "1K", "1mi", "1.2.3", ".", "1e", "one"})
  void quantity_whenMalformed_isNone(String text) {
    assertThat(Quantity.parse(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "a:1,, a, :1",
    "library/a:1,, library/a, :1",
    "localhost/a:1, localhost, a, :1",
    "localhost:5000/a:1, localhost:5000, a, :1",
    "r.example.com/x/y-z__w:v1.0_a-b, r.example.com, x/y-z__w, :v1.0_a-b",
    "r.example.com/x, r.example.com, x, ''"
  })
  void imageReference_whenWellFormed_hasTheseParts(
      String text, String registry, String path, String version) {
    ImageReference parsed = ImageReference.parse(text);

    assertThat(parsed).isEqualTo(new ImageReference(registry, path, version));
    assertThat(parsed).hasToString(text);
  }

  @Test
  void imageReference_whenWithTagAndDigest_keepsBothInAnotherRegistry() {
    String version = ":v1@sha256:" + "0".repeat(64);
    ImageReference parsed = ImageReference.parse("docker.io/openkruise/kruise-manager" + version);

    assertThat(parsed).isNotNull();
    assertThat(parsed.in("r.example.com/hub"))
        .hasToString("r.example.com/hub/openkruise/kruise-manager" + version);
  }

  @Test
  void resourceSpec_keepsWhatWasGiven() {
    ResourceSpec spec =
        ResourceSpec.none().request("cpu", "100m").limit("memory", "1Gi").request("cpu", "200m");

    assertThat(spec.requests()).isEqualTo(Map.of("cpu", "200m"));
    assertThat(spec.limits()).isEqualTo(Map.of("memory", "1Gi"));
  }

  @Test
  void resourceSpec_whenRequestExceedsLimit_isRefused() {
    assertThat(
            refused(() -> ResourceSpec.none().limit("memory", "1Gi").request("memory", "1025Mi"))
                .message())
        .contains("1025Mi memory exceeds the limit of 1Gi");
    assertThat(ResourceSpec.none().limit("memory", "1Gi").request("memory", "1024Mi")).isNotNull();
  }

  @Test
  void resourceSpec_whenMalformed_isRefused() {
    assertThat(refused(() -> ResourceSpec.none().request("cpu", "half")).message())
        .contains("'half' is not an amount of cpu");
    assertThat(refused(() -> ResourceSpec.none().limit("c p u", "1")).message())
        .contains("'c p u' is not a valid key");
  }

  @Test
  void toleration_hasTheFieldsOfKubernetes() {
    assertThat(Toleration.everything().tree()).isEqualTo(Map.of("operator", "Exists"));
    assertThat(Toleration.exists("a.example.com/b").tree())
        .isEqualTo(Map.of("key", "a.example.com/b", "operator", "Exists"));
    assertThat(Toleration.equal("a", "").effect("PreferNoSchedule").tree())
        .isEqualTo(
            Map.of("key", "a", "operator", "Equal", "value", "", "effect", "PreferNoSchedule"));
    assertThat(new Toleration("a", null, "NoExecute", Duration.ZERO).tree())
        .containsEntry("tolerationSeconds", 0L);
  }

  @Test
  void toleration_whenPartsDoNotFit_isRefused() {
    assertThat(refused(() -> Toleration.exists("a b")).message()).contains("'a b'");
    assertThat(refused(() -> Toleration.equal("a", "b c")).message()).contains("'b c'");
    assertThat(refused(() -> new Toleration(null, "b", null, null)).message())
        .contains("has no key");
    assertThat(refused(() -> Toleration.exists("a").effect("Never")).message())
        .contains("'Never' is not an effect");
    assertThat(
            refused(() -> new Toleration("a", null, "NoSchedule", Duration.ofSeconds(1))).message())
        .contains("only NoExecute");
    assertThat(
            refused(() -> new Toleration("a", null, "NoExecute", Duration.ofMillis(1))).message())
        .contains("whole seconds");
  }
}
