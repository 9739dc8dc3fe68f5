package io.github.kruiseinstaller.testkit.internal.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartsTest {
  @ParameterizedTest
  @CsvSource({
    "Always, false, false, 0, true",
    "Always, true, false, 0, false",
    "Always, true, false, 1, true",
    "Always, true, true, 0, true",
    "OnFailure, false, false, 0, false",
    "OnFailure, false, false, 1, true",
    "Never, false, false, 1, false",
    "Never, true, true, 1, true"
  })
  void policy_decides(String policy, boolean init, boolean sidecar, int code, boolean again) {
    Restarts restarts = new Restarts(policy, init, sidecar);
    assertThat(restarts.after(code, Duration.ZERO).isPresent()).isEqualTo(again);
    assertThat(restarts.count()).isEqualTo(again ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "Always, false, false, false",
    "OnFailure, false, false, true",
    "Never, false, false, true",
    "Always, true, false, true",
    "Never, true, true, false"
  })
  void somePods_areToEnd(String policy, boolean init, boolean sidecar, boolean toEnd) {
    assertThat(new Restarts(policy, init, sidecar).isToEnd()).isEqualTo(toEnd);
  }

  @Test
  void waits_growUntilALongRun() {
    Restarts restarts = new Restarts("Always", false, false);
    Duration moment = Duration.ofSeconds(1);
    assertThat(restarts.after(1, moment)).contains(Duration.ZERO);
    assertThat(restarts.after(1, moment)).contains(Duration.ofSeconds(10));
    assertThat(restarts.after(1, moment)).contains(Duration.ofSeconds(20));
    assertThat(restarts.after(1, Duration.ofMinutes(10))).contains(Duration.ZERO);
    assertThat(restarts.after(1, moment)).contains(Duration.ofSeconds(10));
    restarts.countOne();
    assertThat(restarts.count()).isEqualTo(6);
  }
}
