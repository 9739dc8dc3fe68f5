package io.github.kruiseinstaller.internal.webhook;

import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.CA;
import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.NAMESPACE;
import static io.github.kruiseinstaller.internal.webhook.OfficialConfigurations.POD_LABELS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.retry.Cancellation;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.ChangeAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ArmingTest {
  private final FakeCluster cluster = new FakeCluster();
  private final List<String> events = new ArrayList<>();
  private final Workers workers = new Workers("test", new Cancellation());
  private final Arming arming =
      new Arming(
          cluster,
          () -> cluster,
          workers,
          (ref, action, webhooks) -> events.add(ref.kind() + " " + action.id() + " " + webhooks));

  @BeforeEach
  void managersNamespaceExists() {
    cluster.put(FakeCluster.namespaceManifest(NAMESPACE, "control-plane", "openkruise"));
  }

  @AfterEach
  void endThreads() {
    workers.close();
  }

  @ParameterizedTest
  @MethodSource("io.github.kruiseinstaller.internal.webhook.OfficialConfigurations#versions")
  void parkThenArmThenDisarm_isOneWriteForEachConfigurationEachTime(String version) {
    List<Manifest> release = OfficialConfigurations.of(version);

    assertThat(arming.park(release))
        .containsOnlyKeys(refs(release))
        .containsValue(ChangeAction.PARK);
    assertThat(live(release)).allMatch(WebhookConfigurations::isParked);
    arming.arm(request(release));
    assertThat(live(release)).allMatch(WebhookConfigurations::isOnProbation);
    arming.enforce(request(release));
    assertThat(live(release)).noneMatch(WebhookConfigurations::isOnProbation);
    assertThat(drift(release)).isTrue();
    arming.disarm(release);
    assertThat(live(release)).allMatch(WebhookConfigurations::isParked);

    assertThat(cluster.writes())
        .extracting(FakeCluster.Request::verb)
        .containsExactly(
            "create", "create", "replace", "replace", "replace", "replace", "replace", "replace");
  }

  @ParameterizedTest
  @MethodSource("io.github.kruiseinstaller.internal.webhook.OfficialConfigurations#versions")
  void everything_whenDoneASecondTime_writesNothing(String version) {
    List<Manifest> release = OfficialConfigurations.of(version);
    arming.park(release);
    arming.park(release);
    arming.arm(request(release));
    live(release).forEach(one -> cluster.put(OfficialConfigurations.adopted(one)));
    cluster.forgetRequests();

    assertThat(arming.park(release)).containsValue(ChangeAction.UNCHANGED);
    assertThat(arming.arm(request(release)).values()).containsOnly(ChangeAction.UNCHANGED);

    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void arm_mutatesBeforeItValidates_andDisarmsTheOtherWayRound() {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");
    arming.park(release);
    arming.arm(request(release));
    arming.disarm(release);

    assertThat(events)
        .containsExactly(
            "MutatingWebhookConfiguration park 0",
            "ValidatingWebhookConfiguration park 0",
            "MutatingWebhookConfiguration arm 12",
            "ValidatingWebhookConfiguration arm 24",
            "ValidatingWebhookConfiguration disarm 0",
            "MutatingWebhookConfiguration disarm 0");
  }

  @Test
  void park_whenArmed_leavesItAlone() {
    List<Manifest> release = armed("1.5.0");

    assertThat(arming.park(release).values()).containsOnly(ChangeAction.UNCHANGED);

    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void park_whenTheManagerWouldArmItByItself_isParked() {
    List<Manifest> release = armed("1.8.3");
    for (Manifest one : live(release)) {
      cluster.put(
          OfficialConfigurations.adopted(one).edit(tree -> tree.put("webhooks", List.of())));
    }

    arming.park(release);

    assertThat(live(release)).allMatch(WebhookConfigurations::isParked);
    assertThat(cluster.writes()).hasSize(2);
  }

  @Test
  void park_whenSomebodyElseCreatesItFirst_leavesTheirs() {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");
    Manifest theirs = OfficialConfigurations.mutating("1.8.3");
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("create") && ref.equals(theirs.ref())) {
            cluster.put(theirs);
          }
          return Optional.empty();
        });

    arming.park(release);

    assertThat(cluster.peek(theirs.ref()).map(WebhookConfigurations::isArmed)).contains(true);
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "7"})
  void arm_whenTheManagerWritesInBetween_readsAgain(int times) {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");
    arming.park(release);
    interfere(times);

    arming.arm(request(release));
    assertThat(live(release)).allMatch(WebhookConfigurations::isOnProbation);
    arming.enforce(request(release));

    assertThat(drift(release)).isTrue();
  }

  @Test
  void arm_whenSomebodyWritesAllTheTime_failsWithConflict() {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");
    arming.park(release);
    interfere(1000);

    InstallException failure =
        catchThrowableOfType(InstallException.class, () -> arming.arm(request(release)));

    assertThat(failure.failure().code()).isEqualTo(FailureCode.CONFLICT);
  }

  @Test
  void arm_refusesWhenOwnNamespaceIsIntercepted() {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");
    arming.park(release);
    cluster.put(FakeCluster.namespaceManifest(NAMESPACE, "control-plane", "controller-manager"));
    cluster.forgetRequests();

    InstallException failure =
        catchThrowableOfType(InstallException.class, () -> arming.arm(request(release)));

    assertThat(failure.failure().code()).isEqualTo(FailureCode.OWN_NAMESPACE_INTERCEPTED);
    assertThat(failure.failure().evidence().get(0))
        .isEqualTo("webhooks that match: mpod.kb.io, vpod.kb.io, vpodeviction.kb.io");
    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void arm_whenTheLabelGoesAwayBetweenTheWrites_disarms() {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");
    arming.park(release);
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("replace")) {
            cluster.put(FakeCluster.namespaceManifest(NAMESPACE));
          }
          return Optional.empty();
        });

    assertThatThrownBy(() -> arming.arm(request(release))).isInstanceOf(InstallException.class);

    assertThat(live(release)).allMatch(WebhookConfigurations::isParked);
  }

  @Test
  void arm_readsTheLabelsAfreshForEachWrite_andEachConfigurationOnce() {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");
    arming.park(release);
    cluster.forgetRequests();

    arming.arm(request(release));

    assertThat(cluster.requests())
        .filteredOn(request -> request.ref().kind().equals("Namespace") || request.isWrite())
        .extracting(request -> request.verb() + " " + request.ref().kind())
        .containsExactly(
            "get Namespace",
            "replace MutatingWebhookConfiguration",
            "get Namespace",
            "replace ValidatingWebhookConfiguration");
    assertThat(cluster.requests()).hasSize(6);
  }

  @Test
  void arm_whenTheSecondWriteFails_disarmsTheFirst() {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");
    arming.park(release);
    refuseArming(Webhooks.VALIDATING, 422);

    ClusterException failure =
        catchThrowableOfType(ClusterException.class, () -> arming.arm(request(release)));

    assertThat(failure.status()).isEqualTo(422);
    assertThat(failure.getSuppressed()).isEmpty();
    assertThat(live(release)).allMatch(WebhookConfigurations::isParked);
  }

  @Test
  void arm_whenAnErrorIsThrownAfterTheFirstWrite_disarms() {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");
    arming.park(release);
    Arming breaking =
        new Arming(
            cluster,
            () -> cluster,
            workers,
            (ref, action, webhooks) -> {
              throw new NoClassDefFoundError("at " + action.id());
            });

    assertThatThrownBy(() -> breaking.arm(request(release)))
        .isInstanceOf(NoClassDefFoundError.class)
        .hasMessage("at arm");

    assertThat(live(release)).allMatch(WebhookConfigurations::isParked);
  }

  @Test
  void arm_whenTheFirstWriteIsRefused_leavesAnArmedClusterArmed() {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");
    armed("1.5.0");
    refuseArming(Webhooks.MUTATING, 403);

    assertThatThrownBy(() -> arming.arm(request(release))).isInstanceOf(ClusterException.class);

    assertThat(live(release)).allMatch(WebhookConfigurations::isArmed);
  }

  @Test
  void arm_whenTheAnswerIsLost_disarmsBecauseTheOutcomeIsUnknown() {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");
    arming.park(release);
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("replace") && body != null && WebhookConfigurations.isArmed(body)) {
            cluster.put(body);
            throw new CancellationException("cancelled while it was under way");
          }
          return Optional.empty();
        });

    assertThatThrownBy(() -> arming.arm(request(release)))
        .isInstanceOf(CancellationException.class);

    assertThat(live(release)).allMatch(WebhookConfigurations::isParked);
  }

  @Test
  void arm_whenAConfigurationIsAbsent_createsItArmedInOneWrite() {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");

    arming.arm(request(release));

    assertThat(cluster.writes()).extracting(FakeCluster.Request::verb).containsOnly("create");
    assertThat(live(release)).allMatch(WebhookConfigurations::isOnProbation);
  }

  @Test
  void arm_whenRequestsDependOnItAlready_keepsEnforcing() {
    List<Manifest> release = armed("1.8.3");
    Manifest other =
        WebhookConfigurations.in(release)
            .get(0)
            .edit(
                tree ->
                    Trees.maps(tree, "webhooks").forEach(entry -> entry.put("timeoutSeconds", 7L)));

    arming.arm(request(List.of(other)));

    Manifest live = cluster.peek(other.ref()).orElseThrow();
    assertThat(WebhookConfigurations.isOnProbation(live)).isFalse();
    assertThat(WebhookConfigurations.drift(other, live)).isEmpty();
    assertThat(arming.enforce(request(List.of(other))).values())
        .containsOnly(ChangeAction.UNCHANGED);
  }

  @Test
  void arm_whenOnlyTheCaDiffers_writesTheNewOne() {
    List<Manifest> release = armed("1.8.3");

    arming.arm(new Arming.ArmRequest(release, "b3RoZXI=", NAMESPACE, POD_LABELS));

    assertThat(live(release))
        .allMatch(one -> WebhookConfigurations.untrusted(one, "b3RoZXI=").isEmpty());
  }

  @Test
  void disarm_whenOneFails_triesTheOther() {
    List<Manifest> release = armed("1.8.3");
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("replace") && ref.kind().equals(Webhooks.VALIDATING)) {
            throw FakeCluster.refusal(verb, ref, 403, "Forbidden", "no");
          }
          return Optional.empty();
        });

    assertThatThrownBy(() -> arming.disarm(release)).isInstanceOf(ClusterException.class);

    assertThat(cluster.peek(OfficialConfigurations.mutating("1.8.3").ref()))
        .map(WebhookConfigurations::isParked)
        .contains(true);
  }

  @Test
  void disarm_whenAbsent_doesNothing() {
    assertThat(arming.disarm(OfficialConfigurations.of("1.8.3")).values())
        .containsOnly(ChangeAction.UNCHANGED);
    assertThat(cluster.writes()).isEmpty();
  }

  @Test
  void disarmAfterFailure_whenInterrupted_worksAndKeepsTheInterrupt() {
    List<Manifest> release = armed("1.8.3");
    Thread.currentThread().interrupt();

    arming.disarmAfterFailure(release, new IllegalStateException("why"));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(live(release)).allMatch(WebhookConfigurations::isParked);
  }

  @Test
  void nothing_isEverApplied() {
    List<Manifest> release = OfficialConfigurations.of("1.8.3");
    arming.park(release);
    arming.arm(request(release));
    arming.disarm(release);

    assertThat(cluster.requests())
        .extracting(FakeCluster.Request::verb)
        .doesNotContain("apply", "patch", "delete");
  }

  private List<Manifest> armed(String version) {
    List<Manifest> release = WebhookConfigurations.in(OfficialConfigurations.of(version));
    release.forEach(one -> cluster.put(WebhookConfigurations.armedForCreate(one, CA)));
    return release;
  }

  /** Somebody else changes the object right before each of the first replacements. */
  private void interfere(int times) {
    List<Integer> done = new ArrayList<>();
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("replace") && done.size() < times) {
            done.add(done.size());
            cluster.put(
                OfficialConfigurations.withTemplate(
                    cluster.peek(ref).orElseThrow(), done.size() % 2 == 0 ? "[]" : "null"));
          }
          return Optional.empty();
        });
  }

  private void refuseArming(String kind, int status) {
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("replace")
              && ref.kind().equals(kind)
              && body != null
              && WebhookConfigurations.isArmed(body)) {
            throw FakeCluster.refusal(verb, ref, status, "", "no");
          }
          return Optional.empty();
        });
  }

  private boolean drift(List<Manifest> release) {
    return WebhookConfigurations.in(release).stream()
        .allMatch(
            one ->
                WebhookConfigurations.drift(one, cluster.peek(one.ref()).orElseThrow()).isEmpty());
  }

  private List<Manifest> live(List<Manifest> release) {
    return WebhookConfigurations.in(release).stream()
        .map(one -> cluster.peek(one.ref()).orElseThrow())
        .toList();
  }

  private static ObjectRef[] refs(List<Manifest> release) {
    return WebhookConfigurations.in(release).stream().map(Manifest::ref).toArray(ObjectRef[]::new);
  }

  private static Arming.ArmRequest request(List<Manifest> release) {
    return new Arming.ArmRequest(release, CA, NAMESPACE, Map.copyOf(POD_LABELS));
  }
}
