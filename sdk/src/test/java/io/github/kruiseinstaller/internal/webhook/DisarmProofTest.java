package io.github.kruiseinstaller.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DisarmProofTest {
  private static final ObjectRef SERVICE =
      ObjectRef.namespaced("v1", "Service", "kruise-system", "kruise-webhook-service");
  private static final Manifest VALIDATING =
      Manifest.parseJson(
          "{\"apiVersion\":\"admissionregistration.k8s.io/v1\",\"kind\":\"ValidatingWebhookConfiguration\","
              + "\"metadata\":{\"name\":\"kruise-validating-webhook-configuration\"},"
              + "\"webhooks\":[{\"name\":\"vcloneset.kb.io\"}]}");

  private final FakeCluster cluster = new FakeCluster();

  DisarmProofTest() {
    cluster.put(FakeCluster.namespaceManifest("default"));
  }

  @Test
  void ask_whenTheInvalidCloneSetComesBackAsItWasSent_isSilent() {
    assertThat(ask().verdict()).isEqualTo(DisarmProof.Verdict.SILENT);
    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void ask_whenTheManagerStillDenies_isCalled() {
    refuse("CloneSet", "admission webhook \"vcloneset.kb.io\" denied the request: selector");

    assertThat(ask().verdict()).isEqualTo(DisarmProof.Verdict.CALLED);
  }

  @Test
  void ask_whenTheManagerStillFillsInDefaults_isCalled() {
    cluster.onRequest(
        (verb, ref, body, dryRun) ->
            body != null && body.isKind("CloneSet")
                ? Optional.of(
                    body.edit(tree -> Trees.child(tree, "spec").put("revisionHistoryLimit", 10L)))
                : Optional.empty());

    assertThat(ask().verdict()).isEqualTo(DisarmProof.Verdict.CALLED);
  }

  @Test
  void ask_whenAPodIsRefusedBecauseTheManagerCannotBeCalled_isCalled() {
    refuse(
        "Pod",
        "failed calling webhook \"mpod.kb.io\": Post"
            + " \"https://kruise-webhook-service.kruise-system.svc:443/mutate-pod\": refused");

    assertThat(ask().verdict()).isEqualTo(DisarmProof.Verdict.CALLED);
  }

  @Test
  void ask_whenSomebodyElseRefuses_isNotShown() {
    refuse("Pod", "admission webhook \"policy.example.com\" denied the request: no");

    DisarmProof.Answer answer = ask();

    assertThat(answer.verdict()).isEqualTo(DisarmProof.Verdict.NOT_SHOWN);
    assertThat(answer.text()).contains("policy.example.com");
  }

  @Test
  void ask_whenAParkedConfigurationKeepsTheNames_knowsThem() {
    refuse("CloneSet", "admission webhook \"vcloneset.kb.io\" denied the request: selector");

    assertThat(ask(WebhookConfigurations.parked(VALIDATING)).verdict())
        .isEqualTo(DisarmProof.Verdict.CALLED);
  }

  @ParameterizedTest
  @ValueSource(ints = {ClusterException.NO_ANSWER, 504})
  void ask_whenThereIsNoAnswer_blamesNobody(int status) {
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          throw FakeCluster.refusal("create", ref, status, "Timeout", "no answer");
        });

    assertThat(ask().verdict()).isEqualTo(DisarmProof.Verdict.UNANSWERED);
  }

  private void refuse(String kind, String message) {
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (ref.kind().equals(kind)) {
            throw refusal(ref, message);
          }
          return Optional.empty();
        });
  }

  private static ClusterException refusal(ObjectRef ref, String message) {
    return new ClusterException(
        new ClusterException.Answer("create", ref, 403, "Forbidden", message, List.of(), null),
        null);
  }

  private DisarmProof.Answer ask() {
    return ask(VALIDATING);
  }

  private DisarmProof.Answer ask(Manifest configuration) {
    return new DisarmProof(cluster, List.of(configuration), SERVICE, "default", new Random(1))
        .ask(Duration.ofSeconds(1));
  }
}
