package io.github.kruiseinstaller.internal.planner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpgradePathTest {
  @ParameterizedTest
  @CsvSource({
    "1.5.0, 1.5.5, SIDE_BY_SIDE",
    "1.5.5, 1.8.3, SIDE_BY_SIDE",
    "1.8.3, 1.8.0, SIDE_BY_SIDE",
    "1.3.1, 1.5.5, SIDE_BY_SIDE",
    "1.5.5, 1.6.0, SIDE_BY_SIDE",
    "1.3.1, 1.6.0, REFUSED",
    "1.0.0, 1.9.0, REFUSED",
    "1.8.3, 1.3.0, REFUSED",
    "1.8.3, 1.9.0, SWITCHED_OFF",
    "1.9.0, 1.8.3, SWITCHED_OFF",
    "1.9.0, 1.9.1, SIDE_BY_SIDE",
    "1.9.0-alpha3, 1.8.3, SWITCHED_OFF",
    "unknown, 1.8.3, SWITCHED_OFF",
    "1.2.0, latest, SWITCHED_OFF"
  })
  void between_saysHowOneVersionBecomesAnother(String from, String to, UpgradePath.Way way) {
    UpgradePath path = UpgradePath.between(from, to);

    assertThat(path.way()).isEqualTo(way);
    assertThat(path.why().isEmpty()).isEqualTo(way == UpgradePath.Way.SIDE_BY_SIDE);
    assertThat(path.remedy().isEmpty()).isEqualTo(way != UpgradePath.Way.REFUSED);
  }
}
