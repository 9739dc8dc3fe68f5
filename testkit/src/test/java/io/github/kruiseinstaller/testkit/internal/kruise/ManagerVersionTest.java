package io.github.kruiseinstaller.testkit.internal.kruise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagerVersionTest {
  @ParameterizedTest
  @CsvSource({
    "openkruise/kruise-manager:v1.8.3, v1.8.3",
    "openkruise/kruise-manager:1.5.0, v1.5.0",
    "registry.test:5000/a/kruise-manager:v1.9.0-alpha.1, v1.9.0",
    "registry.test:5000/kruise-manager:v1.7, v1.7.0",
    "kruise-manager:v1.6.4_amd64@sha256:0000, v1.6.4",
  })
  void ofImage_readsTheTag(String image, String version) {
    assertThat(ManagerVersion.ofImage(image)).map(ManagerVersion::toString).contains(version);
  }

  @ParameterizedTest
  @CsvSource({
    "openkruise/kruise-manager:latest",
    "openkruise/kruise-manager",
    "registry.test:5000/kruise-manager",
    "kruise-manager@sha256:0123",
  })
  void ofImage_whenThereIsNoVersionInIt_isEmpty(String image) {
    assertThat(ManagerVersion.ofImage(image)).isEmpty();
  }

  @Test
  void versions_areInOrder() {
    ManagerVersion version = new ManagerVersion(1, 8, 3);
    assertThat(version).isGreaterThan(new ManagerVersion(1, 8, 2));
    assertThat(version).isLessThan(new ManagerVersion(1, 10, 0));
    assertThat(version).isLessThan(new ManagerVersion(2, 0, 0));
    assertThat(version.atLeast(1, 8)).isTrue();
    assertThat(version.atLeast(1, 9)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "4, 20, false, false",
    "6, 20, false, false",
    "8, 20, true, false",
    "9, 60, true, true"
  })
  void families_differ(int minor, int seconds, boolean external, boolean byMeaning) {
    ManagerVersion version = new ManagerVersion(1, minor, 0);
    assertThat(version.initializeTimeout()).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(version.knowsExternalCertificates()).isEqualTo(external);
    assertThat(version.comparesConfigurationsByMeaning()).isEqualTo(byMeaning);
  }
}
