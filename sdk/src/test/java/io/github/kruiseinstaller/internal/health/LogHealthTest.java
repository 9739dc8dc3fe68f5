package io.github.kruiseinstaller.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.live.LiveInstallationReader;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.internal.retry.Workers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogHealthTest {
  private static final Seen<List<String>> SILENT = Seen.not("the deadline passed");

  @Test
  void judge_whenTheLogOfOneReplicaDoesNotCome_judgesTheOthersAndSaysSo() {
    Finding finding = judged(Map.of("Pod a", SILENT, "Pod b", Seen.of(List.of("starting"))));

    assertThat(finding.unseen()).isFalse();
    assertThat(finding.check().status()).isEqualTo(CheckStatus.PASS);
    assertThat(finding.check().evidence())
        .containsExactly("the log of Pod a cannot be looked at: the deadline passed");
  }

  @Test
  void judge_whenNoLogComes_hasSeenNothing() {
    Finding finding = judged(Map.of("Pod a", SILENT));

    assertThat(finding.unseen()).isTrue();
    assertThat(finding.check().status()).isEqualTo(CheckStatus.SKIPPED);
    assertThat(finding.check().summary()).contains("Pod a", "the deadline passed");
  }

  @Test
  void judge_whenAllLogsAreEmpty_isNotUnseen() {
    Finding finding = judged(Map.of("Pod a", Seen.of(List.of())));

    assertThat(finding.unseen()).isFalse();
    assertThat(finding.check().status()).isEqualTo(CheckStatus.SKIPPED);
  }

  private static Finding judged(Map<String, Seen<List<String>>> logs) {
    try (Workers workers = new Workers("test", new Cancellation())) {
      HealthScene scene =
          new HealthScene(
              Instant.EPOCH,
              Optional.empty(),
              new LiveInstallationReader(new FakeCluster(), workers).read("kruise-system"),
              Seen.not("nobody asked"),
              List.of(),
              Seen.of(logs),
              Seen.of(Optional.empty()));
      return new LogHealth().judge(scene).get(0);
    }
  }
}
