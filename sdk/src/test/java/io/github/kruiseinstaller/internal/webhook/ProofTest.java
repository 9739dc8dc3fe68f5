package io.github.kruiseinstaller.internal.webhook;

import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.CA;
import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.TestControl;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProofTest {
  private static final String POD_PATH = "/validate-pod";
  private static final String HANGS = "context deadline exceeded";
  private static final String REFUSED = "dial tcp 10.96.0.9:443: connect: connection refused";
  private final FakeCluster cluster = new FakeCluster();
  private final Cancellation cancellation = new Cancellation();
  private final List<String> events = new ArrayList<>();
  private RunControl control = control(Duration.ofMinutes(2));

  @BeforeEach
  void managersNamespaceExists() {
    cluster.put(FakeCluster.namespaceManifest(NAMESPACE, "control-plane", "openkruise"));
  }

  @Test
  void run_whenTheManagerAnswers_passesAndLeavesNothingBehind() {
    admission(Duration.ofMillis(300)).serves("/mutate-pod", POD_PATH);

    ProofResult result = run(OfficialConfigurations.of("1.8.3"), 3);

    assertThat(result.strength()).isEqualTo(ProofResult.Strength.THROUGH_API_SERVER);
    assertThat(result.notes()).isEmpty();
    assertThat(result.took()).isBetween(Duration.ofMillis(300), Duration.ofSeconds(2));
    assertThat(result.waited()).isBetween(Duration.ofMillis(300), result.took());
    assertThat(leftOvers()).isEmpty();
    assertThat(events)
        .containsExactly(
            "the API server has not seen the proof's webhook yet 0/3",
            "the manager answers 1/3",
            "the manager answers 2/3",
            "the manager answers 3/3");
  }

  @Test
  void run_neverTouchesAnythingButItsOwnConfiguration() {
    admission(Duration.ZERO).serves("/mutate-pod", POD_PATH);

    run(OfficialConfigurations.of("1.8.3"), 1);

    assertThat(cluster.writes())
        .extracting(FakeCluster.Request::verb)
        .containsExactly("create", "delete");
    Manifest sent = java.util.Objects.requireNonNull(cluster.writes().get(0).body());
    assertThat(sent.name()).startsWith("kruise-installer-proof-");
    assertThat(sent.labels())
        .containsEntry("app.kubernetes.io/managed-by", "kruise-installer")
        .containsEntry("kruise-installer.github.io/proof", "run-1");
    assertThat(sent.maps("webhooks"))
        .hasSize(4)
        .allSatisfy(
            webhook -> {
              assertThat(Selectors.matches(webhook.get("objectSelector"), Map.of())).isFalse();
              assertThat(Trees.text(webhook, "failurePolicy")).isEqualTo("Fail");
              assertThat(Trees.text(webhook, "sideEffects")).isEqualTo("None");
              assertThat(Trees.number(30, webhook, "timeoutSeconds")).isLessThanOrEqualTo(3);
              assertThat(Trees.text(webhook, "clientConfig", "caBundle")).isEqualTo(CA);
              assertThat(Trees.text(webhook, "clientConfig", "service", "name"))
                  .isEqualTo("kruise-webhook-service");
            });
  }

  @Test
  void run_whenTheManagerComesUpLater_passesThen() {
    SimulatedAdmission admission =
        admission(Duration.ZERO).serves("/mutate-pod", POD_PATH).networkError(REFUSED);
    cluster.time().after(Duration.ofSeconds(20), () -> admission.networkError(""));

    ProofResult result = run(OfficialConfigurations.of("1.5.0"), 2);

    assertThat(result.took()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(22));
    assertThat(result.answers().get(0)).endsWith("x connection refused");
    assertThat(events.get(0)).isEqualTo("connection refused 0/2");
  }

  @Test
  void run_whenACallHangs_givesItUpSoonAndHasMorePatienceFromThenOn() {
    SimulatedAdmission admission =
        admission(Duration.ZERO).serves("/mutate-pod", POD_PATH).networkError(HANGS);
    List<Long> timeouts = new ArrayList<>();
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("probe") && body != null) {
            timeouts.add(timeoutOf(body));
            admission.networkError(timeouts.size() < 3 ? HANGS : "");
          }
          return Optional.empty();
        });

    run(OfficialConfigurations.of("1.8.3"), 2);

    assertThat(timeouts).containsExactly(1L, 3L, 3L, 3L, 3L, 3L, 3L, 3L);
    assertThat(events)
        .containsExactly(
            "the manager does not answer in time 0/2",
            "the manager answers 1/2",
            "the manager answers 2/2");
  }

  @Test
  void run_whenTheManagerIsAlwaysSlow_passes() {
    SimulatedAdmission admission = admission(Duration.ZERO).serves("/mutate-pod", POD_PATH);
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("probe") && body != null) {
            admission.networkError(timeoutOf(body) < 3 ? HANGS : "");
          }
          return Optional.empty();
        });

    ProofResult result = run(OfficialConfigurations.of("1.8.3"), 3);

    assertThat(result.answers())
        .containsExactly("1 x the manager does not answer in time", "3 x the manager answers");
  }

  /** How long the webhook that intercepts a probe may take, in seconds. */
  private long timeoutOf(Manifest probe) {
    return leftOvers().stream()
        .flatMap(configuration -> configuration.maps("webhooks").stream())
        .filter(each -> Selectors.matches(each.get("objectSelector"), probe.labels()))
        .mapToLong(each -> Trees.number(30, each, "timeoutSeconds"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void run_whenAProofInTheMiddleMisses_countsFromTheStart() {
    SimulatedAdmission admission = admission(Duration.ZERO).serves("/mutate-pod", POD_PATH);
    List<Integer> probes = new ArrayList<>();
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("probe")) {
            probes.add(probes.size());
            admission.networkError(probes.size() == 4 ? REFUSED : "");
          }
          return Optional.empty();
        });

    run(OfficialConfigurations.of("1.8.3"), 2);

    assertThat(events)
        .containsExactly(
            "the manager answers 1/2",
            "connection refused 0/2",
            "the manager answers 1/2",
            "the manager answers 2/2");
  }

  @Test
  void run_whenSomebodyDeletesItsConfiguration_startsOver() {
    admission(Duration.ZERO).serves("/mutate-pod", POD_PATH);
    List<String> deletions = new ArrayList<>();
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          // when all rounds have passed, right before the last look
          if (verb.equals("get") && ref.kind().equals(Webhooks.VALIDATING) && deletions.isEmpty()) {
            cluster.peek(ref).ifPresent(live -> deletions.add(live.name()));
            cluster.remove(ref);
          }
          return Optional.empty();
        });

    ProofResult result = run(OfficialConfigurations.of("1.8.3"), 2);

    assertThat(deletions).hasSize(1);
    assertThat(result.answers()).containsExactly("4 x the manager answers");
    assertThat(leftOvers()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource
  void run_whenTheDeadlinePasses_failsWithTheLastAnswerAndLeavesNothing(
      String error, String message, String remedy) {
    control = control(Duration.ofSeconds(60));
    admission(Duration.ZERO).serves("/mutate-pod", POD_PATH).networkError(error);

    Failure failure = failure(OfficialConfigurations.of("1.8.3"));

    assertThat(failure.code()).isEqualTo(FailureCode.PROOF_FAILED);
    assertThat(failure.stage()).isEqualTo(Stage.PROVE);
    assertThat(failure.object())
        .isEqualTo(ObjectRef.namespaced("v1", "Service", NAMESPACE, "kruise-webhook-service"));
    assertThat(failure.message()).contains(message);
    assertThat(failure.remedy()).contains(remedy);
    assertThat(failure.evidence().get(0)).contains(error);
    assertThat(failure.render()).doesNotContain(CA);
    assertThat(leftOvers()).isEmpty();
    assertThat(cluster.time().nanos()).isLessThan(Duration.ofSeconds(61).toNanos());
  }

  static Stream<Arguments> run_whenTheDeadlinePasses_failsWithTheLastAnswerAndLeavesNothing() {
    return Stream.of(
        Arguments.of(REFUSED, "connection refused", "Ready"),
        Arguments.of("no endpoints available for service", "no endpoints", "labels"),
        Arguments.of("context deadline exceeded", "in time", "9876"),
        Arguments.of("Address is not allowed", "cannot reach", "hostNetwork"),
        Arguments.of("service \"x\" not found", "does not exist", "Service"));
  }

  @Test
  void run_whenTheDeadlineCutsAProbeOff_tellsTheAnswerBefore() {
    admission(Duration.ZERO).networkError(REFUSED);
    cutOffProbesFrom(3);

    Failure failure = failure(OfficialConfigurations.of("1.8.3"));

    assertThat(failure.code()).isEqualTo(FailureCode.PROOF_FAILED);
    assertThat(failure.evidence()).hasSize(2);
    assertThat(failure.evidence().get(0)).contains(REFUSED);
    assertThat(failure.evidence().get(1)).isEqualTo("2 x connection refused");
    assertThat(leftOvers()).isEmpty();
  }

  @Test
  void run_whenTheDeadlineCutsTheFirstProbeOff_tellsThat() {
    cutOffProbesFrom(1);

    Failure failure = failure(OfficialConfigurations.of("1.8.3"));

    assertThat(failure.evidence().get(0)).contains("out of time");
  }

  private void cutOffProbesFrom(int first) {
    List<String> probes = new ArrayList<>();
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("probe")) {
            probes.add(verb);
            if (probes.size() >= first) {
              throw new DeadlineException("out of time", null);
            }
          }
          return Optional.empty();
        });
  }

  @Test
  void run_whenTheCertificateIsOfAnotherCa_failsAsUntrusted() {
    control = control(Duration.ofSeconds(10));
    admission(Duration.ZERO).serves(POD_PATH).servesCertificateOf("b3RoZXI=");

    assertThat(failure(OfficialConfigurations.of("1.8.3")).message()).contains("does not trust");
  }

  @Test
  void run_whenAPodPathIsNotServed_failsBeforeTheDeadline() {
    control = control(Duration.ofMinutes(10));
    admission(Duration.ZERO).serves(POD_PATH);

    Failure failure = failure(OfficialConfigurations.of("1.8.3"));

    assertThat(failure.message()).contains("does not serve a path");
    assertThat(failure.evidence().get(0)).contains("/mutate-pod");
    assertThat(failure.remedy()).contains("PodWebhook");
    assertThat(cluster.time().nanos()).isLessThan(Duration.ofSeconds(40).toNanos());
  }

  @Test
  void run_whenAQuotaRefusesTheProbe_failsAndNamesIt() {
    admission(Duration.ZERO).other(403, "pods \"p\" is forbidden: exceeded quota: tight");

    Failure failure = failure(OfficialConfigurations.of("1.8.3"));

    assertThat(failure.message()).contains("something other than the manager");
    assertThat(failure.evidence().get(0)).contains("exceeded quota: tight");
  }

  @Test
  void run_whenTheApiServerNeverSeesTheConfiguration_fails() {
    control = control(Duration.ofSeconds(20));
    admission(Duration.ofHours(1)).serves("/mutate-pod", POD_PATH);

    assertThat(failure(OfficialConfigurations.of("1.8.3")).message()).contains("has not seen");
    assertThat(leftOvers()).isEmpty();
  }

  @Test
  void run_whenTheReleaseHasNoPodWebhook_provesTheCloneSetPaths() {
    String mutate = "/mutate-apps-kruise-io-v1alpha1-cloneset";
    String validate = "/validate-apps-kruise-io-v1alpha1-cloneset";
    admission(Duration.ZERO).serves(mutate, validate);

    ProofResult result = run(withoutPodWebhooks("1.8.3"), 1);

    assertThat(result.notes()).isEmpty();
    assertThat(cluster.requests().stream().filter(request -> request.verb().equals("probe")))
        .extracting(request -> request.ref().kind())
        .containsExactly("Pod", "CloneSet", "CloneSet");
  }

  @Test
  void run_whenCancelled_endsAndCleansUp() {
    admission(Duration.ZERO).networkError(REFUSED);
    cluster.time().after(Duration.ofSeconds(5), cancellation::cancel);

    List<Manifest> official = OfficialConfigurations.of("1.8.3");
    assertThatThrownBy(() -> run(official, 1)).isInstanceOf(CancellationException.class);

    Thread.interrupted();
    assertThat(cluster.time().nanos()).isLessThan(Duration.ofSeconds(6).toNanos());
    assertThat(leftOvers()).isEmpty();
  }

  @Test
  void run_whenInterrupted_cleansUpAndKeepsTheInterrupt() {
    admission(Duration.ZERO).networkError(REFUSED);
    Thread.currentThread().interrupt();

    List<Manifest> official = OfficialConfigurations.of("1.8.3");
    assertThatThrownBy(() -> run(official, 1)).isInstanceOf(CancellationException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(leftOvers()).isEmpty();
  }

  @Test
  void run_whenTheConfigurationMayNotBeCreated_asksThroughTheServiceProxyAndSaysSo() {
    forbid("create", Webhooks.VALIDATING);
    List<String> asked = new ArrayList<>();
    cluster.onServiceProxy(
        (target, port, path) -> {
          asked.add(target.namespace() + "/" + target.name() + ":" + port + path);
          return "ok";
        });

    ProofResult result = run(OfficialConfigurations.of("1.8.3"), 2);

    assertThat(result.strength()).isEqualTo(ProofResult.Strength.SERVICE_PROXY);
    assertThat(result.notes()).singleElement().asString().contains("weaker");
    assertThat(cluster.writes()).extracting(FakeCluster.Request::verb).containsExactly("create");
    assertThat(asked).hasSize(2).contains("kruise-system/kruise-webhook-service:443/healthz");
  }

  @Test
  void run_whenTheCreateIsAnsweredByNothing_cleansUpAllTheSame() {
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("create") && body != null) {
            cluster.put(body);
            throw FakeCluster.refusal(verb, ref, 0, "", "connection reset");
          }
          return Optional.empty();
        });

    List<Manifest> official = OfficialConfigurations.of("1.8.3");
    assertThatThrownBy(() -> run(official, 1)).isInstanceOf(ClusterException.class);

    assertThat(leftOvers()).isEmpty();
  }

  @Test
  void run_whenNothingIsAllowed_failsAndNamesThePermissions() {
    forbid("create", Webhooks.VALIDATING);
    forbid("proxy", "Service");

    Failure failure = failure(OfficialConfigurations.of("1.8.3"));

    assertThat(failure.code()).isEqualTo(FailureCode.PROOF_FAILED);
    assertThat(failure.remedy()).contains("services/proxy").contains("pods");
  }

  @Test
  void run_whenTheProxyDoesNotAnswerUntilTheDeadline_fails() {
    control = control(Duration.ofSeconds(10));
    forbid("create", Webhooks.VALIDATING);
    cluster.onServiceProxy(
        (target, port, path) -> {
          throw FakeCluster.refusal("proxy", null, 503, "", "no endpoints available for service");
        });

    assertThat(failure(OfficialConfigurations.of("1.8.3")).message()).contains("no endpoints");
  }

  @Test
  void deleteLeftOvers_deletesWhatKilledRunsLeftAndNothingElse() {
    Manifest leftOver =
        new ProofConfiguration(request(OfficialConfigurations.of("1.8.3"), 1), "dead", true)
            .manifest();
    cluster.put(leftOver);
    cluster.put(OfficialConfigurations.validating("1.8.3"));

    assertThat(Proof.deleteLeftOvers(cluster)).containsExactly(leftOver.ref());
    assertThat(cluster.peekAll(ProofConfiguration.API_VERSION, Webhooks.VALIDATING)).hasSize(1);
  }

  private SimulatedAdmission admission(Duration lag) {
    return new SimulatedAdmission(cluster, lag);
  }

  private void forbid(String verb, String kind) {
    cluster.onRequest(
        (asked, ref, body, dryRun) -> {
          if (asked.equals(verb) && ref.kind().equals(kind)) {
            throw FakeCluster.refusal(
                verb, ref, 403, "Forbidden", "User \"ci\" cannot " + verb + " " + kind);
          }
          return Optional.empty();
        });
  }

  private ProofResult run(List<Manifest> manifests, int proofs) {
    return new Proof(cluster, () -> cluster, control, new Random(7))
        .run(
            request(manifests, proofs),
            (answer, passed, needed) -> events.add(answer + " " + passed + "/" + needed));
  }

  private Failure failure(List<Manifest> manifests) {
    return catchThrowableOfType(InstallException.class, () -> run(manifests, 1)).failure();
  }

  private static ProofRequest request(List<Manifest> manifests, int proofs) {
    return new ProofRequest("run-1", NAMESPACE, manifests, CA, proofs);
  }

  private List<Manifest> leftOvers() {
    return cluster.peekAll(ProofConfiguration.API_VERSION, Webhooks.VALIDATING);
  }

  private static List<Manifest> withoutPodWebhooks(String version) {
    return WebhookConfigurations.in(OfficialConfigurations.of(version)).stream()
        .map(
            configuration ->
                configuration.edit(
                    tree ->
                        Trees.list(tree, "webhooks")
                            .removeIf(entry -> Webhooks.interceptsPods(Trees.map(entry)))))
        .toList();
  }

  private RunControl control(Duration timeout) {
    return TestControl.within(timeout, cluster.time(), cancellation);
  }
}
