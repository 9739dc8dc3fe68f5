package io.github.kruiseinstaller.internal.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.model.Manifest;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnGroupsTest {
  @ParameterizedTest
  @CsvSource({
    "apps.kruise.io, true",
    "policy.kruise.io, true",
    "rollouts.kruise.io, false",
    "game.kruise.io, false",
    "agents.kruise.io, false",
    "kruise.io, false",
    "apps, false"
  })
  void isDefinition_ofAnotherProductWithTheSameEnding_isFalse(String group, boolean own) {
    Manifest definition =
        Manifest.of(
            Map.of(
                "apiVersion",
                "apiextensions.k8s.io/v1",
                "kind",
                "CustomResourceDefinition",
                "metadata",
                Map.of("name", "things." + group),
                "spec",
                Map.of("group", group)));

    assertThat(OwnGroups.isDefinition(definition)).isEqualTo(own);
    assertThat(OwnGroups.contains(group)).isEqualTo(own);
  }
}
