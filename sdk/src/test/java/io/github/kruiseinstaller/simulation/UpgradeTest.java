package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.fault.Client;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An installation becomes another version: the webhooks stay on, nobody is refused, and at every
 * moment a manager answers.
 */
class UpgradeTest {
  private static final String NAMESPACE = "kruise-system";
  private static final String OLD = "1.8.0";
  private static final String NEW = "1.8.3";
  private static final String UNTAGGED = "example/kruise-manager@sha256:" + "a".repeat(64);
  private static final List<Stage> BESIDE = List.of(Stage.CUT_OVER, Stage.RETIRE);

  private SimulatedCluster cluster;
  private ClusterUser user;

  @BeforeEach
  void start() {
    cluster = SimulatedCluster.builder().speed(20).start();
    user = cluster.user("installer", "system:masters");
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void upgrade_besideAServingManager_keepsTheWebhooksOnAndRefusesNobody() {
    of(OLD).build().install();
    Watchfulness watch = Watchfulness.begin(cluster);

    InstallReport report = of(NEW).build().install();

    assertThat(watch.end()).isEmpty();
    assertThat(watch.times()).isGreaterThan(5);
    assertThat(report.stages()).anyMatch(stage -> stage.stage() == Stage.CUT_OVER);
    assertThat(managers()).containsExactly(NEW);
    assertThat(selector()).doesNotContain("pod-template-hash");
    assertThat(of(NEW).build().install().writes()).isZero();
  }

  @Test
  void plan_besideAServingManager_showsTheCutOverAndThatTheOldReplicasAreKept() {
    of(OLD).build().install();

    InstallPlan plan = of(NEW).build().plan();

    assertThat(plan.stages())
        .extracting(PlannedStage::stage)
        .containsSubsequence(
            Stage.MANAGER,
            Stage.ROLLOUT,
            Stage.CUT_OVER,
            Stage.PROVE,
            Stage.RETIRE,
            Stage.ARM,
            Stage.VERIFY)
        .doesNotContain(Stage.DISARM);
    assertThat(plan.render())
        .contains("spec.minReadySeconds: 3 -> 315360000")
        .contains("spec.minReadySeconds: 315360000 -> 3")
        .contains("spec.selector.pod-template-hash: (absent) -> \"(of the old replicas)\"")
        .contains(
            "spec.selector.pod-template-hash: \"(of the old replicas)\" -> \"(of the new"
                + " replicas)\"")
        .contains("spec.selector.pod-template-hash: \"(of the new replicas)\" -> (absent)")
        .doesNotContain("BEGIN CERTIFICATE");
  }

  @Test
  void aNewManagerThatIsReadyAndDoesNotServe_isGivenNoRequest() {
    of(OLD).build().install();
    Watchfulness watch = Watchfulness.begin(cluster);

    Failure failure =
        fails(
            of(NEW)
                .customize(Customizer.image("example/other:1"))
                .customize(withoutReadinessProbe())
                .timeout(Duration.ofSeconds(8))
                .build());

    assertThat(failure.code()).isEqualTo(FailureCode.PROOF_FAILED);
    assertThat(failure.stage()).isEqualTo(Stage.CUT_OVER);
    assertThat(failure.evidence()).anyMatch(line -> line.contains("connection refused"));
    assertThat(watch.end()).isEmpty();
    assertThat(selector()).doesNotContain("pod-template-hash");
    Eventually.until("its replicas are gone", () -> managers().equals(Set.of(OLD)));
  }

  @Test
  void upgrade_whenAnOldReplicaWasEvicted_doesNotWaitForItToBeGone() {
    of(OLD).build().install();
    Damage damage = new Damage(cluster);
    String evicted = damage.evictAManager(OLD);
    Eventually.until("another runs in its place", () -> running(OLD) == 2);
    damage.awaitManagers();

    InstallReport report = of(NEW).timeout(Duration.ofSeconds(30)).build().install();

    assertThat(report.stages()).anyMatch(stage -> stage.stage() == Stage.RETIRE);
    assertThat(running(OLD)).isZero();
    assertThat(running(NEW)).isEqualTo(2);
    assertThat(cluster.objects().get("v1", "Pod", NAMESPACE, evicted)).isPresent();
    assertThat(selector()).doesNotContain("pod-template-hash");
    assertThat(of(NEW).build().install().writes()).isZero();
  }

  @Test
  void upgrade_whenANewReplicaWasEvicted_asksOnlyThoseThatRun() {
    of(OLD).build().install();
    Damage damage = new Damage(cluster);
    AtomicReference<String> evicted = new AtomicReference<>();

    InstallReport report =
        of(NEW)
            .listener(
                event -> {
                  if (event instanceof InstallEvent.StageStarted begun
                      && begun.stage() == Stage.CUT_OVER) {
                    evicted.set(damage.evictAManager(NEW));
                    Eventually.until("another runs in its place", () -> ready(NEW) == 2);
                  }
                })
            .build()
            .install();

    assertThat(report.stages()).anyMatch(stage -> stage.stage() == Stage.CUT_OVER);
    assertThat(cluster.objects().get("v1", "Pod", NAMESPACE, evicted.get()).orElseThrow())
        .asString()
        .contains("phase=Failed");
    assertThat(running(OLD)).isZero();
    assertThat(ready(NEW)).isEqualTo(2);
    assertThat(selector()).doesNotContain("pod-template-hash");
  }

  private static Customizer withoutReadinessProbe() {
    return Customizer.manifest(
        "Deployment",
        "kruise-controller-manager",
        deployment ->
            deployment.edit(
                root ->
                    Trees.maps(root, "spec", "template", "spec", "containers")
                        .forEach(container -> container.remove("readinessProbe"))));
  }

  @Test
  void failedUpgrade_leavesTheOldManagerServing_andSaysWhatWasTakenBack() {
    of(OLD).build().install();
    cluster.workloads().crash("*kruise-manager:v" + NEW, 2, "flag provided but not defined");
    Watchfulness watch = Watchfulness.begin(cluster);

    Failure failure = fails(of(NEW).timeout(Duration.ofSeconds(8)).build());

    assertThat(failure.code()).isEqualTo(FailureCode.CONTAINER_CRASHING);
    assertThat(failure.evidence())
        .anyMatch(line -> line.contains("not defined"))
        .anyMatch(line -> line.startsWith("taken back: the manager's Deployment"))
        .anyMatch(line -> line.startsWith("not taken back: definitions"));
    Eventually.until("the crashing replicas are gone", () -> managers().equals(Set.of(OLD)));
    assertThat(watch.end()).isEmpty();
    cluster.workloads().mend();
    assertThat(of(NEW).build().install().succeeded()).isTrue();
    assertThat(managers()).containsExactly(NEW);
    assertThat(of(NEW).build().install().writes()).isZero();
  }

  @Test
  void failedUpgrade_canBeFollowedByAnotherVersion() {
    of(OLD).build().install();
    cluster.workloads().crash("*kruise-manager:v" + NEW, 2, "flag provided but not defined");
    fails(of(NEW).timeout(Duration.ofSeconds(8)).build());
    Watchfulness watch = Watchfulness.begin(cluster);

    of("1.8.1").build().install();

    assertThat(watch.end()).isEmpty();
    assertThat(managers()).containsExactly("1.8.1");
  }

  @ParameterizedTest
  @EnumSource(names = {"MANAGER", "ROLLOUT", "CUT_OVER", "PROVE", "RETIRE", "ARM"})
  void cancelledUpgrade_leavesEverythingServing_andTheNextRunFinishes(Stage stage) {
    of(OLD).build().install();
    Watchfulness watch = Watchfulness.begin(cluster);
    cancelIn(stage);

    of(NEW).build().install();

    assertThat(watch.end()).isEmpty();
    assertThat(managers()).containsExactly(NEW);
    assertThat(selector()).doesNotContain("pod-template-hash");
    assertThat(of(NEW).build().install().writes()).isZero();
  }

  @Test
  void cancelledUpgrade_canBeFollowedByAnotherVersion_withTheWebhooksOff() {
    of(OLD).build().install();
    cancelIn(Stage.PROVE);
    assertThat(selector()).contains("pod-template-hash");

    InstallPlan plan = of("1.8.1").build().plan();
    assertThat(whyDisarmed(plan)).contains("interrupted");
    of("1.8.1").build().install(plan);

    assertThat(managers()).containsExactly("1.8.1");
    assertThat(selector()).doesNotContain("pod-template-hash");
  }

  @Test
  void changeThatEndsNoReplica_needsNoCutOverAndNoSwitchingOff() {
    of(NEW).build().install();

    InstallPlan plan = of(NEW).customize(Customizer.replicas(3)).build().plan();

    assertThat(plan.stages())
        .extracting(PlannedStage::stage)
        .doesNotContain(Stage.DISARM)
        .doesNotContainAnyElementsOf(BESIDE);
  }

  @Test
  void fewerReplicas_areReachedWithTheWebhooksOff() {
    of(OLD).build().install();

    InstallPlan plan = of(NEW).customize(Customizer.replicas(1)).build().plan();

    assertThat(whyDisarmed(plan)).contains("fewer replicas");
  }

  @Test
  void hostNetwork_leavesNoRoomForBoth() {
    of(OLD).build().install();

    InstallPlan plan = of(NEW).customize(Customizer.hostNetwork(true)).build().plan();

    assertThat(whyDisarmed(plan)).contains("host's network");
  }

  @Test
  void versionsWithOtherWebhookPaths_areReachedWithTheWebhooksOff() {
    of(NEW).build().install();

    InstallPlan plan = of("1.9.0").build().plan();

    assertThat(whyDisarmed(plan)).contains("1.9");
    assertThat(of("1.9.0").build().install().succeeded()).isTrue();
    assertThat(managers()).containsExactly("1.9.0");
  }

  @Test
  void managerWithoutWebhooksOnPods_isReachedWithTheWebhooksOff_andRefusesNobody() {
    of(NEW).build().install();
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));
    OpenKruiseInstaller without =
        of(NEW).customize(Customizer.featureGate("PodWebhook", false)).listener(timeline).build();

    assertThat(whyDisarmed(without.plan())).contains("mpod.kb.io at /mutate-pod");
    InstallReport report = without.install();

    timeline.look("after");
    assertThat(timeline.wrong()).as(report.render()).isEmpty();
    assertThat(without.install().writes()).isZero();
  }

  @Test
  void versionThatNoTagTells_isThatOfTheInventory() {
    of(NEW).customize(Customizer.image(UNTAGGED)).build().install();

    assertThat(whyDisarmed(of("1.9.0").build().plan())).contains("from 1.9 on");
    assertThat(of("1.8.1").build().plan().stage(Stage.CUT_OVER)).isPresent();

    cluster
        .objects()
        .edit(
            "v1",
            "ConfigMap",
            NAMESPACE,
            "kruise-installer",
            parent -> Scenes.child(parent, "data").put("release", "1.3.0"));
    InstallException refused =
        catchThrowableOfType(InstallException.class, () -> of(NEW).build().plan());
    assertThat(refused.failure().code()).isEqualTo(FailureCode.UPGRADE_PATH_UNSUPPORTED);
  }

  @Test
  void versionThatNothingTells_isLeftWithTheWebhooksOff() {
    of(NEW).customize(Customizer.image(UNTAGGED)).build().install();
    cluster.objects().delete("v1", "ConfigMap", NAMESPACE, "kruise-installer");

    assertThat(whyDisarmed(of("1.8.1").build().plan()))
        .contains("neither an image tag nor the inventory");
    assertThat(of("1.8.1").build().install().succeeded()).isTrue();
  }

  @Test
  void rolloutOfSomebodyElsesThatIsUnderWay_leavesTheServiceWithReplicasThatServe() {
    of(OLD).build().install();
    Watchfulness watch = Watchfulness.begin(cluster);
    cluster
        .faults()
        .add(
            FaultRule.when()
                .client(Client.user("installer"))
                .verb("patch")
                .writes()
                .resource("services")
                .times(1)
                .then(new Fault.Hang(Fault.Moment.AFTER_EFFECT, Duration.ofSeconds(2))));
    cluster
        .requests()
        .whenBegun(
            request -> {
              if (request.user().equals("installer")
                  && request.verb().equals("patch")
                  && request.resource().equals("services")
                  && !request.dryRun()) {
                watch.from("narrowed");
              }
            });

    InstallReport report =
        of(NEW)
            .listener(
                event -> {
                  if (event instanceof InstallEvent.StageStarted begun
                      && begun.stage() == Stage.MANAGER) {
                    restart();
                  }
                })
            .build()
            .install();

    // The other rollout ends replicas under their connections, before or after their endpoints go.
    // Once the Service is narrowed only connections that are open already may break.
    assertThat(watch.end())
        .as(report.render())
        .allMatch(
            line ->
                line.endsWith(": EOF")
                    || (line.startsWith("refused: ")
                        && (line.endsWith("connect: connection refused")
                            || line.endsWith("connection reset by peer"))));
    assertThat(managers()).containsExactly(NEW);
    assertThat(selector()).doesNotContain("pod-template-hash");
    assertThat(deployment()).doesNotContain("paused=true");
    assertThat(of(NEW).build().install().writes()).isZero();
  }

  @Test
  void upgradeThatFailsBeforeItsReplicasComeUp_leavesTheDeploymentAsItWas() {
    of(OLD).build().install();
    cluster
        .faults()
        .add(
            FaultRule.when()
                .client(Client.user("installer"))
                .verb("patch")
                .writes()
                .resource("services")
                .times(1)
                .then(Fault.Answer.status(403, "Forbidden", "not today", 0)));
    Watchfulness watch = Watchfulness.begin(cluster);

    Failure failure = fails(of(NEW).build());

    assertThat(failure.stage()).isEqualTo(Stage.MANAGER);
    assertThat(failure.evidence())
        .contains("taken back: the manager's Deployment has its old template");
    assertThat(deployment()).doesNotContain("paused=true").contains("kruise-manager:v" + OLD);
    assertThat(of(NEW).build().install().succeeded()).isTrue();
    assertThat(watch.end()).isEmpty();
    assertThat(managers()).containsExactly(NEW);
  }

  /** As {@code kubectl rollout restart} does. */
  private void restart() {
    cluster
        .objects()
        .edit(
            "apps/v1",
            "Deployment",
            NAMESPACE,
            "kruise-controller-manager",
            deployment -> {
              Map<String, Object> template =
                  Scenes.child(Scenes.child(deployment, "spec"), "template");
              Scenes.child(Scenes.child(template, "metadata"), "annotations")
                  .put("kubectl.kubernetes.io/restartedAt", "now");
            });
  }

  private String deployment() {
    Map<?, ?> deployment =
        cluster
            .objects()
            .get("apps/v1", "Deployment", NAMESPACE, "kruise-controller-manager")
            .orElseThrow();
    return String.valueOf(deployment.get("spec"));
  }

  @Test
  void versionTooFarAway_isRefusedWithTheWayToTake() {
    Scenes.manager(cluster, "1.3.0", "{}");

    InstallException refused =
        catchThrowableOfType(InstallException.class, () -> of(NEW).build().plan());

    assertThat(refused.failure().code()).isEqualTo(FailureCode.UPGRADE_PATH_UNSUPPORTED);
    assertThat(refused.failure().remedy()).contains("1.5");
  }

  @Test
  void storedVersionThatTheReleaseLacks_isRefusedBeforeAnythingIsWritten() {
    of(OLD).build().install();
    cluster
        .objects()
        .editStatus(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            "",
            "clonesets.apps.kruise.io",
            definition ->
                Scenes.child(definition, "status")
                    .put("storedVersions", List.of("v1alpha1", "v9")));
    cluster.requests().clear();

    Failure failure = fails(of(NEW).build());

    assertThat(failure.code()).isEqualTo(FailureCode.STORED_VERSION_MISSING);
    assertThat(failure.evidence()).anyMatch(line -> line.contains("v9"));
    assertThat(managers()).containsExactly(OLD);
  }

  private void cancelIn(Stage stage) {
    AtomicReference<Operation<InstallReport>> running = new AtomicReference<>();
    CountDownLatch started = new CountDownLatch(1);
    running.set(
        of(NEW)
            .listener(
                event -> {
                  if (event instanceof InstallEvent.StageStarted begun && begun.stage() == stage) {
                    await(started);
                    running.get().cancel();
                  }
                })
            .build()
            .startInstall());
    started.countDown();
    assertThat(running.get().result().toCompletableFuture())
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(InstallFailedException.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String whyDisarmed(InstallPlan plan) {
    assertThat(plan.stages())
        .extracting(PlannedStage::stage)
        .contains(Stage.DISARM)
        .doesNotContainAnyElementsOf(BESIDE);
    return plan.stage(Stage.DISARM).orElseThrow().why();
  }

  private static Failure fails(OpenKruiseInstaller installer) {
    InstallFailedException failed =
        catchThrowableOfType(InstallFailedException.class, installer::install);
    assertThat(failed).isNotNull();
    return failed.failure();
  }

  private OpenKruiseInstaller.Builder of(String version) {
    return SmallInstallers.plain(cluster, user)
        .release(ReleaseSource.manifests(SmallRelease.yaml(version), "small release " + version));
  }

  private long running(String version) {
    return pods(version).filter(pod -> pod.contains("phase=Running")).count();
  }

  private long ready(String version) {
    return pods(version).filter(pod -> pod.contains("ready=true")).count();
  }

  /** The managers' Pods of a version, as text. */
  private Stream<String> pods(String version) {
    return cluster.objects().list("v1", "Pod", NAMESPACE).stream()
        .map(String::valueOf)
        .filter(pod -> pod.contains("name=kruise-controller-manager-"))
        .filter(pod -> pod.contains("kruise-manager:v" + version))
        .filter(pod -> !pod.contains("deletionTimestamp"));
  }

  /** The versions of the managers that run. */
  private Set<String> managers() {
    return cluster.objects().list("v1", "Pod", NAMESPACE).stream()
        .map(String::valueOf)
        .filter(pod -> pod.contains("name=kruise-controller-manager-"))
        .map(pod -> pod.replaceAll("(?s).*kruise-manager:v([0-9.]+).*", "$1"))
        .collect(Collectors.toSet());
  }

  private String selector() {
    Map<?, ?> service =
        cluster.objects().get("v1", "Service", NAMESPACE, "kruise-webhook-service").orElseThrow();
    return String.valueOf(((Map<?, ?>) service.get("spec")).get("selector"));
  }
}
