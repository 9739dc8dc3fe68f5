package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.e2e.BystanderReport.Tally;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BenchmarkTableTest {
  @Test
  void render_showsMediansAllRunsAndRatios() {
    String table =
        new BenchmarkTable(
                Job.INSTALL,
                List.of(
                    measured("SDK", 10, 0),
                    measured("helm", 12, 5),
                    measured("SDK", 8, 0),
                    measured("helm", 14, 7),
                    measured("SDK", 30, 0),
                    measured("helm", 13, 6)))
            .render();

    assertThat(table)
        .contains("10.0 [10.0 8.0 30.0]")
        .contains("13.0 [12.0 14.0 13.0]")
        .contains("6.0 [5.0 7.0 6.0]")
        .contains("0.50 [0.50 0.40 1.50]")
        .contains("usable after (s), SDK = 1.00")
        .containsPattern("helm +1\\.30");
  }

  @Test
  void render_whenOneContenderRanOnce_hasNeitherBracketsNorRatios() {
    assertThat(new BenchmarkTable(Job.INSTALL, List.of(measured("SDK", 10, 0))).render())
        .contains("10.0")
        .doesNotContain("[")
        .doesNotContain("1.00");
  }

  @Test
  void render_whenAToolGaveUp_saysWhy() {
    Measurement gaveUp =
        new Measurement(
            "helm",
            Duration.ofSeconds(3),
            Duration.ofSeconds(3),
            measured("helm", 3, 0).bystander(),
            Contender.Words.NONE,
            "conflict with template\n");

    assertThat(new BenchmarkTable(Job.UPGRADE, List.of(gaveUp)).render())
        .contains("upgraded after (s)")
        .contains("helm gave up: conflict with template");
  }

  private static Measurement measured(String contender, int seconds, int outage) {
    return new Measurement(
        contender,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(seconds),
        new BystanderReport(
            Duration.ofSeconds(60),
            Map.of(PodVerb.CREATE, new Tally(600, 0, 0, 0)),
            List.of(),
            Duration.ofSeconds(outage),
            Duration.ZERO,
            Duration.ZERO),
        contender.equals("SDK")
            ? new Contender.Words("report", Duration.ofMillis(50L * seconds))
            : Contender.Words.NONE,
        "");
  }
}
