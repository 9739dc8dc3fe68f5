package io.github.kruiseinstaller.internal.webhook;

import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.NAMESPACE;
import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.POD_LABELS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NamespaceLabelsTest {
  @ParameterizedTest
  @CsvSource({
    "1.5.0, controller-manager",
    "1.5.1, openkruise",
    "1.5.5, openkruise",
    "1.7.5, openkruise",
    "1.8.3, openkruise"
  })
  void required_prefersWhatTheReleaseShips(String version, String value) {
    assertThat(NamespaceLabels.required(OfficialConfigurations.of(version), NAMESPACE, POD_LABELS))
        .isEqualTo(Map.of("control-plane", value));
  }

  @ParameterizedTest
  @MethodSource("io.github.kruiseinstaller.internal.webhook.OfficialConfigurations#versions")
  void required_whenTheReleaseShipsNoNamespace_isDerivedFromTheSelectors(String version) {
    List<Manifest> manifests = WebhookConfigurations.in(OfficialConfigurations.of(version));

    assertThat(NamespaceLabels.required(manifests, NAMESPACE, POD_LABELS))
        .isEqualTo(Map.of("control-plane", "openkruise"));
  }

  @ParameterizedTest
  @MethodSource("io.github.kruiseinstaller.internal.webhook.OfficialConfigurations#versions")
  void interceptors_whenTheNamespaceLacksTheLabel_areThePodWebhooks(String version) {
    List<Manifest> manifests = OfficialConfigurations.of(version);

    assertThat(NamespaceLabels.interceptors(manifests, NAMESPACE, Map.of(), POD_LABELS))
        .containsExactly("mpod.kb.io", "vpod.kb.io", "vpodeviction.kb.io");
    assertThat(
            NamespaceLabels.interceptors(
                manifests, NAMESPACE, Map.of("control-plane", "openkruise"), POD_LABELS))
        .isEmpty();
  }

  @Test
  void interceptors_whenTheLabelOf150MeetsLaterReleases_areNotEmpty() {
    Map<String, String> old = Map.of("control-plane", "controller-manager");

    assertThat(
            NamespaceLabels.interceptors(
                OfficialConfigurations.of("1.5.1"), NAMESPACE, old, POD_LABELS))
        .contains("mpod.kb.io");
    assertThat(
            NamespaceLabels.interceptors(
                OfficialConfigurations.of("1.5.0"), NAMESPACE, old, POD_LABELS))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1.5.0, 3", "1.5.1, 3", "1.8.3, 0"})
  void interceptors_inKubeSystem_followTheNameLabel(String version, int count) {
    assertThat(
            NamespaceLabels.interceptors(
                OfficialConfigurations.of(version), "kube-system", Map.of(), POD_LABELS))
        .hasSize(count);
  }

  @Test
  void required_whenTheNamespaceIsLeftOutByName_isNothing() {
    assertThat(
            NamespaceLabels.required(OfficialConfigurations.of("1.8.3"), "kube-system", POD_LABELS))
        .isEmpty();
  }

  @Test
  void required_whenTheShippedLabelDoesNotDo_isDerived() {
    List<Manifest> manifests =
        new ArrayList<>(WebhookConfigurations.in(OfficialConfigurations.of("1.8.3")));
    manifests.add(FakeCluster.namespaceManifest(NAMESPACE, "control-plane", "controller-manager"));

    assertThat(NamespaceLabels.required(manifests, NAMESPACE, POD_LABELS))
        .isEqualTo(Map.of("control-plane", "openkruise"));
  }

  @Test
  void required_whenTwoWebhooksAskForDifferentKeys_findsBoth() {
    List<Manifest> manifests =
        List.of(
            podWebhook("a", "{'matchExpressions':[{'key':'x','operator':'NotIn','values':['1']}]}"),
            podWebhook("b", "{'matchExpressions':[{'key':'y','operator':'DoesNotExist'}]}"));

    assertThat(NamespaceLabels.required(manifests, NAMESPACE, POD_LABELS))
        .isEqualTo(Map.of("x", "1", "y", "openkruise"));
  }

  @Test
  void required_whenOneKeyMustSuitTwoWebhooks_findsTheValueThatDoes() {
    List<Manifest> manifests =
        List.of(
            podWebhook("a", "{'matchExpressions':[{'key':'x','operator':'DoesNotExist'}]}"),
            podWebhook(
                "b", "{'matchExpressions':[{'key':'x','operator':'NotIn','values':['1','2']}]}"),
            podWebhook(
                "c", "{'matchExpressions':[{'key':'x','operator':'NotIn','values':['2']}]}"));

    assertThat(NamespaceLabels.required(manifests, NAMESPACE, POD_LABELS))
        .isEqualTo(Map.of("x", "2"));
  }

  @Test
  void required_whenALabelWouldAttractAnotherWebhook_takesAnotherWay() {
    List<Manifest> manifests =
        List.of(
            podWebhook(
                "a",
                "{'matchExpressions':[{'key':'x','operator':'DoesNotExist'},"
                    + "{'key':'y','operator':'DoesNotExist'}]}"),
            podWebhook("b", "{'matchExpressions':[{'key':'x','operator':'Exists'}]}"));

    assertThat(NamespaceLabels.required(manifests, NAMESPACE, POD_LABELS))
        .isEqualTo(Map.of("y", "openkruise"));
  }

  @Test
  void required_whenNothingCanDoIt_fails() {
    List<Manifest> manifests = List.of(podWebhook("greedy", "{}"));

    InstallException failure =
        catchThrowableOfType(
            InstallException.class,
            () -> NamespaceLabels.required(manifests, NAMESPACE, POD_LABELS));

    assertThat(failure.failure().code()).isEqualTo(FailureCode.OWN_NAMESPACE_INTERCEPTED);
    assertThat(failure.failure().evidence()).containsExactly("greedy has no namespaceSelector");
    assertThat(failure.failure().remedy()).contains("namespaceSelector");
  }

  @Test
  void required_whenTheObjectSelectorLeavesTheManagersPodsOut_isNothing() {
    Manifest configuration =
        podWebhook("a", "{}")
            .edit(
                tree ->
                    tree.put(
                        "webhooks",
                        List.of(
                            Map.of(
                                "name",
                                "a",
                                "objectSelector",
                                Map.of("matchLabels", Map.of("inject", "yes")),
                                "rules",
                                List.of(rule("pods"))))));

    assertThat(NamespaceLabels.required(List.of(configuration), NAMESPACE, POD_LABELS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "pods, true",
    "pods/eviction, true",
    "pods/binding, true",
    "pods/*, true",
    "*/*, true",
    "*, true",
    "*/eviction, true",
    "podtemplates, false",
    "deployments, false"
  })
  void interceptors_seeEveryRuleThatCoversPods(String resource, boolean intercepts) {
    Manifest configuration =
        podWebhook("a", "{}")
            .edit(
                tree ->
                    tree.put(
                        "webhooks",
                        List.of(Map.of("name", "a", "rules", List.of(rule(resource))))));

    assertThat(
            NamespaceLabels.interceptors(List.of(configuration), NAMESPACE, Map.of(), POD_LABELS))
        .isEqualTo(intercepts ? List.of("a") : List.of());
  }

  private static Manifest podWebhook(String name, String namespaceSelector) {
    return Manifest.of(
        Map.of(
            "apiVersion",
            "admissionregistration.k8s.io/v1",
            "kind",
            Webhooks.VALIDATING,
            "metadata",
            Map.of("name", name),
            "webhooks",
            List.of(
                Map.of(
                    "name",
                    name,
                    "namespaceSelector",
                    SelectorsTest.tree(namespaceSelector),
                    "rules",
                    List.of(rule("pods"))))));
  }

  private static Map<String, Object> rule(String resource) {
    return Map.of(
        "apiGroups", List.of(""),
        "apiVersions", List.of("v1"),
        "operations", List.of("CREATE"),
        "resources", List.of(resource));
  }
}
