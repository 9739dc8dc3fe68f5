package io.github.kruiseinstaller.internal.webhook;

import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.CA;
import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.adopted;
import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.stored;
import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.withTemplate;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.FieldDiff;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WebhookConfigurationsTest {
  private static final Manifest RELEASE =
      Manifest.parseJson(
          """
          {"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingWebhookConfiguration",
           "metadata":{"name":"kruise-mutating-webhook-configuration",
             "labels":{"release":"yes"},"annotations":{"template":"","release":"yes"}},
           "webhooks":[
             {"name":"mpod.kb.io","admissionReviewVersions":["v1"],"sideEffects":"None",
              "clientConfig":{"service":{"name":"s","namespace":"n","path":"/mutate-pod"}},
              "namespaceSelector":{"matchExpressions":[
                {"key":"control-plane","operator":"NotIn","values":["openkruise","b"]}]},
              "rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE","UPDATE"],
                        "resources":["pods"]}]},
             {"name":"mother.kb.io","admissionReviewVersions":["v1"],"sideEffects":"None",
              "timeoutSeconds":30,
              "clientConfig":{"service":{"name":"s","namespace":"n","path":"/mutate-other"}},
              "rules":[{"apiGroups":["apps.kruise.io"],"apiVersions":["v1alpha1"],
                        "operations":["CREATE"],"resources":["others"]}]}]}
          """);
  private static final Manifest ARMED =
      stored(WebhookConfigurations.armed(RELEASE, stored(RELEASE), CA));

  @Test
  void onProbation_letsThroughWhatNobodyAnswersWithinThreeSeconds() {
    Manifest probation = WebhookConfigurations.onProbation(RELEASE);

    assertThat(probation.maps("webhooks"))
        .allSatisfy(
            entry ->
                assertThat(entry)
                    .containsEntry("failurePolicy", "Ignore")
                    .containsEntry("timeoutSeconds", 3L));
    assertThat(WebhookConfigurations.isOnProbation(probation)).isTrue();
    assertThat(WebhookConfigurations.isOnProbation(RELEASE)).isFalse();
    assertThat(WebhookConfigurations.isOnProbation(WebhookConfigurations.parked(ARMED))).isFalse();
    assertThat(
            WebhookConfigurations.drift(
                WebhookConfigurations.onProbation(RELEASE.edit(this::shorten)), probation))
        .as("a time-out that is shorter already stays")
        .isNotEmpty();
  }

  private void shorten(Map<String, @Nullable Object> tree) {
    Trees.maps(tree, "webhooks").forEach(entry -> entry.put("timeoutSeconds", 1L));
  }

  @Test
  void parked_keepsWhatOthersWroteAndTheResourceVersion() {
    Manifest live =
        ARMED.edit(
            tree -> {
              Trees.map(tree, "metadata", "labels").put("foreign", "stays");
              Trees.map(tree, "metadata", "annotations").put("foreign", "stays");
            });

    Manifest parked = WebhookConfigurations.parked(live);

    assertThat(parked.list("webhooks")).isEmpty();
    assertThat(parked.annotations())
        .containsEntry("template", "[]")
        .containsEntry("foreign", "stays");
    assertThat(parked.labels()).containsEntry("foreign", "stays");
    assertThat(parked.resourceVersion()).isEqualTo("42");
    assertThat(WebhookConfigurations.isParked(parked)).isTrue();
    assertThat(WebhookConfigurations.isArmed(parked)).isFalse();
  }

  @Test
  void parkedForCreate_matchesNothingAndCarriesTheReleasesMetadata() {
    Manifest parked = WebhookConfigurations.parkedForCreate(RELEASE);

    assertThat(parked.ref()).isEqualTo(RELEASE.ref());
    assertThat(parked.list("webhooks")).isEmpty();
    assertThat(parked.at("webhooks")).isNotNull();
    assertThat(parked.annotations())
        .containsEntry("template", "[]")
        .containsEntry("release", "yes");
    assertThat(parked.labels()).containsEntry("release", "yes");
  }

  @Test
  void armed_bringsEveryWebhookWithTheCaAndEmptiesTheTemplateInOneWrite() {
    Manifest live =
        WebhookConfigurations.parked(stored(RELEASE))
            .edit(
                tree -> {
                  Trees.map(tree, "metadata").put("labels", Map.of("foreign", "stays"));
                  Trees.map(tree, "metadata", "annotations").put("foreign", "stays");
                });

    Manifest armed = WebhookConfigurations.armed(RELEASE, live, CA);

    assertThat(armed.maps("webhooks")).hasSize(2);
    assertThat(armed.maps("webhooks"))
        .allSatisfy(
            entry -> assertThat(Trees.text(entry, "clientConfig", "caBundle")).isEqualTo(CA));
    assertThat(armed.annotations())
        .containsEntry("template", "")
        .containsEntry("foreign", "stays")
        .containsEntry("release", "yes");
    assertThat(armed.labels()).containsEntry("foreign", "stays").containsEntry("release", "yes");
    assertThat(armed.resourceVersion()).isEqualTo("42");
    assertThat(WebhookConfigurations.isArmed(armed)).isTrue();
    assertThat(WebhookConfigurations.untrusted(armed, CA)).isEmpty();
    assertThat(WebhookConfigurations.untrusted(armed, "b3RoZXI="))
        .containsExactly("mpod.kb.io", "mother.kb.io");
  }

  @ParameterizedTest
  @MethodSource
  void isParked_onlyWhenNothingIsInterceptedNowOrSoon(String template, boolean parked) {
    Manifest empty = ARMED.edit(tree -> tree.put("webhooks", List.of()));
    Manifest live =
        template.equals("absent")
            ? empty.edit(tree -> Trees.map(tree, "metadata").remove("annotations"))
            : withTemplate(empty, template);

    assertThat(WebhookConfigurations.isParked(live)).isEqualTo(parked);
    assertThat(WebhookConfigurations.isArmed(live)).isFalse();
  }

  static Stream<Arguments> isParked_onlyWhenNothingIsInterceptedNowOrSoon() {
    return Stream.of(
        Arguments.of("[]", true),
        Arguments.of("null", true),
        Arguments.of("", true),
        Arguments.of("absent", true),
        Arguments.of(Json.compact(RELEASE.list("webhooks")), false),
        Arguments.of("{not json", false));
  }

  @ParameterizedTest
  @MethodSource("io.github.kruiseinstaller.internal.webhook.OfficialConfigurations#versions")
  void drift_whenTheReleaseIsArmed_isEmpty(String version) {
    for (Manifest release : WebhookConfigurations.in(OfficialConfigurations.of(version))) {
      Manifest armed = stored(WebhookConfigurations.armedForCreate(release, CA));

      assertThat(WebhookConfigurations.drift(release, armed)).isEmpty();
      assertThat(WebhookConfigurations.drift(release, adopted(armed))).isEmpty();
      assertThat(WebhookConfigurations.drift(release, reversed(adopted(armed)))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.kruiseinstaller.internal.webhook.OfficialConfigurations#versions")
  void drift_whenTheManagerTookAnUnservedEntryOut_isEmpty(String version) {
    Manifest release = OfficialConfigurations.mutating(version);
    Manifest armed = adopted(stored(WebhookConfigurations.armedForCreate(release, CA)));
    Manifest live = armed.edit(tree -> Trees.list(tree, "webhooks").remove(3));

    assertThat(WebhookConfigurations.drift(release, live)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("io.github.kruiseinstaller.internal.webhook.OfficialConfigurations#versions")
  void drift_whenParked_namesTheWholeList(String version) {
    Manifest release = OfficialConfigurations.validating(version);
    Manifest live = stored(WebhookConfigurations.parkedForCreate(release));

    assertThat(WebhookConfigurations.drift(release, live))
        .extracting(FieldDiff::path)
        .containsExactly("webhooks");
  }

  @Test
  void drift_betweenReleases_namesTheFieldsThatChanged() {
    Manifest live =
        stored(WebhookConfigurations.armedForCreate(OfficialConfigurations.mutating("1.5.0"), CA));

    assertThat(WebhookConfigurations.drift(OfficialConfigurations.mutating("1.5.1"), live))
        .extracting(FieldDiff::path)
        .containsExactly("webhooks[mpod.kb.io].namespaceSelector");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noDrifts")
  void drift_whenOnlyTheFormDiffers_isEmpty(String what, Consumer<Map<String, Object>> change) {
    assertThat(WebhookConfigurations.drift(RELEASE, changed(change))).isEmpty();
  }

  static Stream<Arguments> noDrifts() {
    return Stream.of(
        change("another caBundle", pod -> Trees.map(pod, "clientConfig").put("caBundle", "b2xk")),
        change(
            "the manager's own Service",
            pod -> Trees.map(pod, "clientConfig", "service").put("namespace", "elsewhere")),
        change(
            "a URL with the same path",
            pod ->
                pod.put(
                    "clientConfig",
                    Map.of("url", "https://10.0.0.1:9876/mutate-pod", "caBundle", CA))),
        change(
            "values of a selector in another order",
            pod ->
                pod.put(
                    "namespaceSelector",
                    SelectorsTest.tree(
                        "{'matchExpressions':[{'key':'control-plane','operator':'NotIn',"
                            + "'values':['b','openkruise']}]}"))),
        change(
            "operations in another order",
            pod -> Trees.maps(pod, "rules").get(0).put("operations", List.of("UPDATE", "CREATE"))),
        change("no match conditions", pod -> pod.put("matchConditions", List.of())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("drifts")
  void drift_whenTheMeaningDiffers_namesTheField(
      String what, Consumer<Map<String, Object>> change, String path) {
    for (Manifest live : List.of(changed(change), adopted(changed(change)))) {
      assertThat(WebhookConfigurations.drift(RELEASE, live))
          .extracting(FieldDiff::path)
          .containsExactly("webhooks[mpod.kb.io]" + path);
    }
    // The manager would revert a change of webhooks alone, but a manager that is down does not.
    Manifest byHand = adopted(ARMED).edit(tree -> change.accept(podEntry(tree)));
    assertThat(WebhookConfigurations.drift(RELEASE, byHand)).isNotEmpty();
  }

  static Stream<Arguments> drifts() {
    return Stream.of(
        drift("policy", pod -> pod.put("failurePolicy", "Ignore"), ".failurePolicy"),
        drift("timeout", pod -> pod.put("timeoutSeconds", 5L), ".timeoutSeconds"),
        drift("match policy", pod -> pod.put("matchPolicy", "Exact"), ".matchPolicy"),
        drift(
            "reinvocation",
            pod -> pod.put("reinvocationPolicy", "IfNeeded"),
            ".reinvocationPolicy"),
        drift("no selector", pod -> pod.remove("namespaceSelector"), ".namespaceSelector"),
        drift(
            "an object selector",
            pod -> pod.put("objectSelector", Map.of("matchLabels", Map.of("a", "b"))),
            ".objectSelector"),
        drift(
            "path",
            pod -> Trees.map(pod, "clientConfig", "service").put("path", "/other"),
            ".clientConfig.path"),
        drift(
            "port",
            pod -> Trees.map(pod, "clientConfig", "service").put("port", 8443L),
            ".clientConfig.port"),
        drift(
            "operations",
            pod -> Trees.maps(pod, "rules").get(0).put("operations", List.of("CREATE")),
            ".rules"),
        drift("scope", pod -> Trees.maps(pod, "rules").get(0).put("scope", "Namespaced"), ".rules"),
        drift(
            "a match condition",
            pod -> pod.put("matchConditions", List.of(Map.of("name", "n", "expression", "true"))),
            ".matchConditions"));
  }

  @Test
  void drift_whenTheTemplateIsStale_isSeenAlthoughTheWebhooksAreRight() {
    List<@Nullable Object> old = List.of(Trees.mutable(RELEASE.maps("webhooks").get(0)));

    assertThat(WebhookConfigurations.drift(RELEASE, withTemplate(ARMED, Json.compact(old))))
        .extracting(FieldDiff::path)
        .containsExactly("webhooks[mother.kb.io]");
    assertThat(WebhookConfigurations.drift(RELEASE, withTemplate(ARMED, "[]"))).hasSize(2);
    assertThat(WebhookConfigurations.drift(RELEASE, withTemplate(ARMED, "{no"))).hasSize(1);
  }

  @Test
  void drift_whenAnEntryOfTheReleaseIsMissingOrForeign_namesIt() {
    Manifest missing = ARMED.edit(tree -> Trees.list(tree, "webhooks").remove(1));
    Manifest foreign =
        ARMED.edit(
            tree -> {
              Map<String, @Nullable Object> more = Trees.mutable(podEntry(tree));
              more.put("name", "old.kb.io");
              Trees.list(tree, "webhooks").add(more);
            });

    assertThat(WebhookConfigurations.drift(RELEASE, missing))
        .singleElement()
        .satisfies(
            diff -> {
              assertThat(diff.path()).isEqualTo("webhooks[mother.kb.io]");
              assertThat(diff.live()).isNull();
            });
    assertThat(WebhookConfigurations.drift(RELEASE, foreign))
        .singleElement()
        .satisfies(
            diff -> {
              assertThat(diff.path()).isEqualTo("webhooks[old.kb.io]");
              assertThat(diff.wanted()).isNull();
            });
  }

  @Test
  void drift_whenALabelOfTheReleaseIsMissing_namesIt() {
    Manifest live = ARMED.edit(tree -> Trees.map(tree, "metadata").remove("labels"));

    assertThat(WebhookConfigurations.drift(RELEASE, live))
        .containsExactly(new FieldDiff("metadata.labels[release]", null, "\"yes\""));
  }

  private static Arguments change(String what, Consumer<Map<String, @Nullable Object>> change) {
    return Arguments.of(what, change);
  }

  private static Arguments drift(
      String what, Consumer<Map<String, @Nullable Object>> change, String path) {
    return Arguments.of(what, change, path);
  }

  private static Manifest changed(Consumer<Map<String, Object>> change) {
    return ARMED.edit(tree -> change.accept(podEntry(tree)));
  }

  private static Map<String, @Nullable Object> podEntry(Map<String, @Nullable Object> tree) {
    return Trees.maps(tree, "webhooks").get(0);
  }

  private static Manifest reversed(Manifest manifest) {
    return manifest.edit(
        tree -> {
          List<@Nullable Object> entries = new ArrayList<>(Trees.list(tree, "webhooks"));
          Collections.reverse(entries);
          tree.put("webhooks", entries);
        });
  }
}
