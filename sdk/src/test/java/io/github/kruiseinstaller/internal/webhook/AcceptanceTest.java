package io.github.kruiseinstaller.internal.webhook;

import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.CA;
import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.TestControl;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AcceptanceTest {
  private final FakeCluster cluster = new FakeCluster();
  private List<Manifest> release = List.of();

  @BeforeEach
  void managersNamespaceExists() {
    cluster.put(FakeCluster.namespaceManifest(NAMESPACE, "control-plane", "openkruise"));
  }

  @ParameterizedTest
  @MethodSource("io.github.kruiseinstaller.internal.webhook.OfficialConfigurations#versions")
  void check_whenTheWebhooksDoTheirWork_showsIt(String version) {
    arm(version);
    serving(Duration.ofMillis(400));

    AcceptanceResult result = check();

    assertThat(result.notes()).isEmpty();
    assertThat(result.checks())
        .containsExactly(
            "a plain Pod passes in default",
            "a valid CloneSet gets the manager's defaults",
            "an invalid CloneSet is denied by vcloneset.kb.io");
    assertThat(cluster.writes()).isEmpty();
    assertThat(result.waited()).isBetween(Duration.ofMillis(400), Duration.ofSeconds(1));
  }

  @Test
  void check_asksEverythingOfOneRoundAtOnce() throws Exception {
    arm("1.8.3");
    SimulatedAdmission admission = serving(Duration.ZERO);
    CyclicBarrier together = new CyclicBarrier(3);
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("probe")) {
            awaitOthers(together);
          }
          return Optional.empty();
        });

    AcceptanceResult result = check();

    assertThat(admission).isNotNull();
    assertThat(result.checks()).hasSize(3);
    assertThat(result.waited()).isZero();
  }

  private static void awaitOthers(CyclicBarrier together) {
    try {
      together.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("the probes do not go out together", e);
    }
  }

  @Test
  void check_whenTheApiServerNeverActs_failsAfterTenSeconds() {
    arm("1.8.3");
    serving(Duration.ofHours(1));

    Failure failure = failure();

    assertThat(failure.code()).isEqualTo(FailureCode.VERIFICATION_FAILED);
    assertThat(failure.stage()).isEqualTo(Stage.VERIFY);
    assertThat(failure.message()).contains("does not get the manager's defaults");
    assertThat(cluster.time().nanos())
        .isBetween(Duration.ofSeconds(10).toNanos(), Duration.ofSeconds(11).toNanos());
  }

  @Test
  void check_whenPodsAreRefusedByOurWebhook_failsWithTheAnswer() {
    arm("1.8.3");
    serving(Duration.ZERO).networkError("connect: connection refused");

    Failure failure = failure();

    assertThat(failure.message()).isEqualTo("a plain Pod is refused by mpod.kb.io");
    assertThat(failure.evidence().get(0)).contains("connection refused");
    assertThat(failure.remedy()).isNotBlank();
  }

  @Test
  void check_whenThereIsNoAnswer_saysSoAndNamesNobody() {
    arm("1.8.3");
    silence("Pod");

    assertThat(failure().message()).isEqualTo("a plain Pod gets no answer within 35 s");
  }

  @Test
  void look_whenThereIsNoAnswer_saysWithinWhatTime() {
    arm("1.8.3");
    silence("Pod");

    AcceptanceFinding pods = look(List.of()).get(0);

    assertThat(pods.answer()).isEqualTo(AcceptanceFinding.Answer.WRONG);
    assertThat(pods.text()).isEqualTo("a plain Pod gets no answer within 5 s");
    assertThat(pods.evidence()).containsExactly("timeout");
  }

  @Test
  void look_whenWebhooksOfOthersMayKeepTheAnswer_isUnseenForWhatTheyAreAskedAbout() {
    arm("1.8.3");
    silence("Pod");

    AcceptanceFinding slow = look(List.of(ofOthers(5))).get(0);
    AcceptanceFinding quick = look(List.of(ofOthers(4))).get(0);

    assertThat(slow.answer()).isEqualTo(AcceptanceFinding.Answer.UNSEEN);
    assertThat(slow.text()).contains("gets no answer within 5 s", "[slow.example.com]");
    assertThat(quick.answer()).isEqualTo(AcceptanceFinding.Answer.WRONG);
  }

  @Test
  void look_whenWebhooksOfOthersAreAskedAboutPodsOnly_blamesThemForNothingElse() {
    arm("1.8.3");
    silence("CloneSet");

    assertThat(look(List.of(ofOthers(30))))
        .filteredOn(finding -> finding.question() != AcceptanceFinding.Question.POD_PASSES)
        .allMatch(finding -> finding.answer() == AcceptanceFinding.Answer.WRONG);
  }

  private void silence(String kind) {
    serving(Duration.ZERO);
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("probe") && ref.kind().equals(kind)) {
            throw FakeCluster.refusal(verb, ref, ClusterException.NO_ANSWER, "", "timeout");
          }
          return Optional.empty();
        });
  }

  private static Manifest ofOthers(int seconds) {
    return Manifest.parseJson(
        """
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
         "metadata": {"name": "slow"},
         "webhooks": [{"name": "slow.example.com", "timeoutSeconds": %s, "failurePolicy": "Ignore",
           "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
                      "resources": ["pods"]}]}]}
        """
            .formatted(seconds));
  }

  private List<AcceptanceFinding> look(List<Manifest> others) {
    Cancellation cancellation = new Cancellation();
    RunControl control = TestControl.within(Duration.ofMinutes(5), cluster.time(), cancellation);
    try (Workers workers = new Workers("test", cancellation)) {
      return new Acceptance(cluster, control, workers, new Random(7))
          .look(release, others, NAMESPACE, Duration.ofSeconds(5));
    }
  }

  @Test
  void check_whenTheInvalidOneIsNotDenied_fails() {
    arm("1.8.3");
    SimulatedAdmission admission = serving(Duration.ZERO);
    // the validating configuration is there, but the API server does not see it
    cluster.onRequest(
        (verb, ref, body, dryRun) ->
            verb.equals("probe") && body != null && ref.kind().equals("CloneSet")
                ? Optional.of(
                    body.edit(tree -> Trees.map(tree, "spec").put("revisionHistoryLimit", 10L)))
                : Optional.empty());

    assertThat(admission).isNotNull();
    assertThat(failure().message()).isEqualTo("an invalid CloneSet is accepted");
  }

  @Test
  void check_whenSomebodyElseDenies_isANoteAndNoFailure() {
    arm("1.8.3");
    serving(Duration.ZERO)
        .other(403, "admission webhook \"policy.example.com\" denied the request: images");

    AcceptanceResult result = check();

    assertThat(result.checks()).isEmpty();
    assertThat(result.notes())
        .hasSize(3)
        .allSatisfy(note -> assertThat(note).contains("policy.example.com"));
  }

  @Test
  void check_whenTheReleaseHasNoCloneSetWebhooks_isANote() {
    release =
        WebhookConfigurations.in(OfficialConfigurations.of("1.8.3")).stream()
            .map(AcceptanceTest::withoutCloneSets)
            .toList();
    armRelease();
    serving(Duration.ZERO);

    AcceptanceResult result = check();

    assertThat(result.checks()).containsExactly("a plain Pod passes in default");
    assertThat(result.notes())
        .containsExactly(
            "valid CloneSet: not tried, because no webhook for CloneSets is armed",
            "invalid CloneSet: not tried, because no validating webhook for CloneSets is armed");
  }

  @Test
  void check_whenTheManagerTookTheCloneSetWebhooksOut_expectsNothingOfThem() {
    arm("1.8.3");
    WebhookConfigurations.in(release)
        .forEach(one -> cluster.put(withoutCloneSets(cluster.peek(one.ref()).orElseThrow())));
    serving(Duration.ZERO);

    assertThat(check().notes()).hasSize(2);
  }

  @Test
  void check_choosesANamespaceThatIsIntercepted() {
    arm("1.8.3");
    serving(Duration.ZERO);
    cluster.put(FakeCluster.namespaceManifest("default", "control-plane", "openkruise"));
    cluster.put(FakeCluster.namespaceManifest("shop"));
    cluster.put(
        FakeCluster.namespaceManifest("a-goner")
            .edit(tree -> Trees.map(tree, "metadata").put("deletionTimestamp", "2025-01-01")));

    assertThat(check().checks()).contains("a plain Pod passes in shop");
  }

  @Test
  void check_whenThereIsNoSuchNamespace_isANote() {
    arm("1.8.3");
    cluster.put(FakeCluster.namespaceManifest("default", "control-plane", "openkruise"));

    AcceptanceResult result = check();

    assertThat(result.checks()).isEmpty();
    assertThat(result.notes()).hasSize(1);
  }

  private void arm(String version) {
    release = WebhookConfigurations.in(OfficialConfigurations.of(version));
    armRelease();
  }

  private void armRelease() {
    release.forEach(one -> cluster.put(WebhookConfigurations.armedForCreate(one, CA)));
  }

  /** A manager that serves every path of the release. */
  private SimulatedAdmission serving(Duration lag) {
    String[] paths =
        release.stream()
            .flatMap(one -> Webhooks.entries(one).stream())
            .map(entry -> Objects.requireNonNull(Webhooks.path(entry)))
            .toArray(String[]::new);
    return new SimulatedAdmission(cluster, lag).serves(paths);
  }

  private static Manifest withoutCloneSets(Manifest configuration) {
    return configuration.edit(
        tree ->
            Trees.list(tree, "webhooks")
                .removeIf(
                    entry ->
                        Webhooks.interceptsCreation(
                            Trees.map(entry), "apps.kruise.io", "clonesets")));
  }

  private AcceptanceResult check() {
    Cancellation cancellation = new Cancellation();
    RunControl control = TestControl.within(Duration.ofMinutes(5), cluster.time(), cancellation);
    try (Workers workers = new Workers("test", cancellation)) {
      return new Acceptance(cluster, control, workers, new Random(7)).check(release, NAMESPACE);
    }
  }

  private Failure failure() {
    return catchThrowableOfType(InstallException.class, this::check).failure();
  }
}
