package io.github.kruiseinstaller.internal.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeldDeploymentTest {
  private static final Manifest RECREATED =
      deployment(Map.of("replicas", 2L, "strategy", Map.of("type", "Recreate")));

  @Test
  void of_bringsAllNewReplicasUpAndEndsNoOldOne() {
    Manifest held = HeldDeployment.of(RECREATED);

    assertThat(held.text("spec", "strategy", "type")).isEqualTo("RollingUpdate");
    assertThat(held.text("spec", "strategy", "rollingUpdate", "maxSurge")).isEqualTo("100%");
    assertThat(held.number(-1, "spec", "strategy", "rollingUpdate", "maxUnavailable")).isZero();
    assertThat(held.number(-1, "spec", "replicas")).isEqualTo(2);
    assertThat(held.at("spec", "paused")).isNull();
  }

  @Test
  void of_holdsForYears_andForLessThanTheProgressDeadline_asTheApiServerRequires() {
    Manifest held = HeldDeployment.of(deployment(Map.of("progressDeadlineSeconds", 120L)));

    assertThat(held.number(-1, "spec", "minReadySeconds"))
        .isGreaterThan(Duration.ofDays(365).toSeconds())
        .isLessThan(held.number(-1, "spec", "progressDeadlineSeconds"));
    assertThat(held.number(-1, "spec", "progressDeadlineSeconds")).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void paused_isHeldWithoutEnd() {
    Manifest paused = HeldDeployment.paused(RECREATED);

    assertThat(paused.at("spec", "paused")).isEqualTo(true);
    assertThat(paused.number(-1, "spec", "minReadySeconds")).isEqualTo(HeldDeployment.HOLD_SECONDS);
  }

  @Test
  void stopped_hasTheNewTemplateAndTheLiveSizeAndRoom() {
    Map<String, ?> strategy = Map.of("type", "RollingUpdate", "rollingUpdate", Map.of());
    Manifest live = deployment(Map.of("replicas", 2L, "strategy", strategy));

    Manifest stopped =
        HeldDeployment.stopped(deployment(Map.of("replicas", 3L, "template", Map.of())), live);

    assertThat(stopped.map("spec"))
        .containsOnly(
            Map.entry("replicas", 2L),
            Map.entry("template", Map.of()),
            Map.entry("paused", true),
            Map.entry("strategy", strategy));
  }

  private static Manifest deployment(Map<String, ?> spec) {
    return Manifest.of(
        Map.of(
            "apiVersion",
            "apps/v1",
            "kind",
            "Deployment",
            "metadata",
            Map.of("name", "manager", "namespace", "kruise-system"),
            "spec",
            spec));
  }
}
