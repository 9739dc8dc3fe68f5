package io.github.kruiseinstaller.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HealthTest {
  @Test
  void isWorking_whenOnlyWhatTheWebhooksDoNotDependOnIsUnwell_holds() {
    assertThat(Arrays.stream(Health.values()).filter(Health::isWorking))
        .containsExactly(Health.HEALTHY, Health.DEGRADED);
  }
}
