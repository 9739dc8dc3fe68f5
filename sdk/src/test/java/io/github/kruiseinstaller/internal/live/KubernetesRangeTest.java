package io.github.kruiseinstaller.internal.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubernetesRangeTest {
  @ParameterizedTest
  @CsvSource({
    "1.8.3, 1.30.14, DOCUMENTED",
    "1.8.3, v1.27.3-gke.100, DOCUMENTED",
    "1.8.3, 1.30.2+k3s1, DOCUMENTED",
    "1.8.3, 1.31.0, ABOVE_DOCUMENTED",
    "1.8.3, 1.17.0, TOO_OLD",
    "1.9.0, 1.23.0, BELOW_DOCUMENTED",
    "1.9.0, 1.17.9, TOO_OLD",
    "1.5.5, 1.16.0-0, BELOW_DOCUMENTED",
    "1.5.5, 1.15.9, TOO_OLD",
    "1.5.5, 1.24.0, DOCUMENTED",
    "1.10.0, 1.31.0, UNKNOWN",
    "1.10.0, 1.17.0, TOO_OLD",
    "unknown, 1.30.0, UNKNOWN",
    "1.8.3, unknown, UNKNOWN"
  })
  void fit_readsVersionsAsVendorsWriteThem(
      String openKruise, String kubernetes, KubernetesRange.Place place) {
    KubernetesRange.Fit fit = KubernetesRange.fit(openKruise, kubernetes);

    assertThat(fit.place()).isEqualTo(place);
    assertThat(fit.text()).isNotBlank();
  }
}
