package io.github.kruiseinstaller.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real list survives everything that is done to a configuration between two armings. */
class RealWebhooksTest {
  private static final String CA = "Y2E=";
  private static final String VERSIONS =
      "io.github.kruiseinstaller.internal.webhook.OfficialConfigurations#versions";

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void of_whatWasArmedAndParked_isTheReleasesListWithoutTrust(String version) {
    for (Manifest release : WebhookConfigurations.in(OfficialConfigurations.of(version))) {
      Manifest armed = WebhookConfigurations.armedForCreate(release, CA);
      Manifest parked = WebhookConfigurations.parked(armed);
      List<Map<String, @Nullable Object>> wanted = withoutTrust(release);

      assertThat(RealWebhooks.of(armed)).isEqualTo(wanted);
      assertThat(RealWebhooks.of(parked)).isEqualTo(wanted);
      assertThat(RealWebhooks.of(WebhookConfigurations.parked(parked))).isEqualTo(wanted);
      assertThat(RealWebhooks.of(WebhookConfigurations.parkedForCreate(release))).isEqualTo(wanted);
      assertThat(parked.annotations().get(RealWebhooks.ANNOTATION)).doesNotContain("caBundle");
      assertThat(WebhookConfigurations.isParked(parked)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void of_whatIsOnProbation_isWhatItWillBe(String version) {
    for (Manifest release : WebhookConfigurations.in(OfficialConfigurations.of(version))) {
      Manifest parked =
          WebhookConfigurations.parked(WebhookConfigurations.armedForCreate(release, CA));
      Manifest probation =
          WebhookConfigurations.armed(WebhookConfigurations.onProbation(release), parked, CA);

      assertThat(RealWebhooks.of(probation)).isEqualTo(withoutTrust(release));
      assertThat(RealWebhooks.of(WebhookConfigurations.parked(probation)))
          .isEqualTo(withoutTrust(release));
    }
  }

  @Test
  void armed_forGood_forgetsTheList() {
    Manifest release = OfficialConfigurations.mutating("1.8.3");
    Manifest parked = WebhookConfigurations.parkedForCreate(release);
    Manifest probation =
        WebhookConfigurations.armed(WebhookConfigurations.onProbation(release), parked, CA);

    assertThat(RealWebhooks.isKeptIn(parked)).isTrue();
    assertThat(RealWebhooks.isKeptIn(probation)).isTrue();
    assertThat(RealWebhooks.isKeptIn(WebhookConfigurations.armed(release, probation, CA)))
        .isFalse();
    assertThat(RealWebhooks.isKeptIn(WebhookConfigurations.armed(release, parked, CA))).isFalse();
  }

  @Test
  void drift_doesNotMindAListThatIsKept() {
    Manifest release = OfficialConfigurations.mutating("1.8.3");
    Manifest armed =
        WebhookConfigurations.armedForCreate(release, CA)
            .edit(tree -> RealWebhooks.keep(tree, release.maps("webhooks")));

    assertThat(WebhookConfigurations.drift(release, armed)).isEmpty();
  }

  @Test
  void of_anArmedConfiguration_hasWhatTheManagerTookOutAndRemembers() {
    Manifest release = OfficialConfigurations.mutating("1.8.3");
    Manifest live =
        WebhookConfigurations.armedForCreate(release, CA)
            .edit(
                tree -> {
                  Trees.child(Trees.child(tree, "metadata"), "annotations")
                      .put("template", Json.compact(release.list("webhooks")));
                  Trees.list(tree, "webhooks").remove(0);
                });

    assertThat(RealWebhooks.of(live)).containsExactlyInAnyOrderElementsOf(withoutTrust(release));
  }

  @Test
  void of_anArmedConfiguration_goesByWhatIsArmedAndNotByAStaleTemplateOrAnOldCopy() {
    Manifest release = OfficialConfigurations.mutating("1.8.3");
    Manifest live =
        WebhookConfigurations.armedForCreate(release, CA)
            .edit(
                tree -> {
                  Map<String, @Nullable Object> old =
                      Trees.mutable(release.maps("webhooks").get(0));
                  old.put("timeoutSeconds", 1L);
                  Trees.child(Trees.child(tree, "metadata"), "annotations")
                      .put("template", Json.compact(List.of(old)));
                  RealWebhooks.keep(tree, List.of(old));
                });

    assertThat(RealWebhooks.of(live)).isEqualTo(withoutTrust(release));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "", "{no"})
  void of_aConfigurationThatTellsNothing_isEmpty(String template) {
    Manifest live =
        OfficialConfigurations.mutating("1.8.3")
            .edit(
                tree -> {
                  tree.put("webhooks", List.of());
                  Map<String, @Nullable Object> annotations =
                      Trees.child(Trees.child(tree, "metadata"), "annotations");
                  annotations.put("template", template);
                  annotations.put(RealWebhooks.ANNOTATION, "{no");
                });

    assertThat(RealWebhooks.of(live)).isEmpty();
    assertThat(RealWebhooks.of(WebhookConfigurations.parked(live))).isEmpty();
  }

  @Test
  void of_aConfigurationThatOnlyTheManagerRemembers_isItsTemplate() {
    Manifest release = OfficialConfigurations.mutating("1.8.3");
    Manifest live =
        release.edit(
            tree -> {
              tree.put("webhooks", List.of());
              Trees.child(Trees.child(tree, "metadata"), "annotations")
                  .put("template", Json.compact(release.list("webhooks")));
            });

    assertThat(RealWebhooks.of(live)).isEqualTo(withoutTrust(release));
    assertThat(RealWebhooks.of(WebhookConfigurations.parked(live)))
        .isEqualTo(withoutTrust(release));
  }

  private static List<Map<String, @Nullable Object>> withoutTrust(Manifest release) {
    Manifest copy =
        release.edit(
            tree ->
                Trees.maps(tree, "webhooks")
                    .forEach(entry -> Trees.map(entry, "clientConfig").remove("caBundle")));
    return copy.maps("webhooks");
  }
}
