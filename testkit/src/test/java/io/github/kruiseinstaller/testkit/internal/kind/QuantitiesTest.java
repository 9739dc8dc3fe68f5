package io.github.kruiseinstaller.testkit.internal.kind;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.internal.tree.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0", "1, 1", "1000m, 1", "0.5, 500m", "100m, 100m", "0.1Gi, 107374182400m", "1024Mi, 1Gi",
    "1536Mi, 1536Mi", "1Ki, 1Ki", "1000, 1k", "1000k, 1M", "12e6, 12e6", "1E3, 1e3", "-1.5, -1500m",
    "1n, 1n", "0.1n, 1n", "128974848, 128974848", "200Mi, 200Mi", "1.5Gi, 1536Mi"
  })
  void canonical_isTheLargestUnitWithoutAFraction(String text, String canonical) {
    assertThat(Quantities.canonical(Json.text(text)).asText()).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "1Kib", "1 Gi", "--1", "1mm"})
  void value_ofSomethingElse_isEmpty(String text) {
    assertThat(Quantities.value(text)).isEmpty();
  }
}
