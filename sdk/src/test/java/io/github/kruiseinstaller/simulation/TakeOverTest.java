package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.check.Checks;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.permission.ClusterRoles;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.ExistingInstallation;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.InstallationMaker;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.fault.Effect;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Installations that others have made come into this library's hands, where that is asked for. */
class TakeOverTest {
  private static final String MASTERS = "system:masters";
  private static final String SYSTEM = OtherInstaller.NAMESPACE;
  private static final ReleaseSource RELEASE =
      ReleaseSource.manifests(SmallRelease.yaml(), "small release");
  private static final ReleaseSource OLDER =
      ReleaseSource.manifests(SmallRelease.yaml("1.8.0"), "small release 1.8.0");

  private static final ReleaseSource ELSEWHERE =
      ReleaseSource.manifests(
          SmallRelease.yaml().replace(SYSTEM, "elsewhere-system"), "small release");

  @RegisterExtension
  final SimulatedClusterExtension clusters =
      SimulatedClusterExtension.of(SimulatedCluster.builder().speed(20));

  @ParameterizedTest
  @EnumSource
  void install_overAnInstallationOfOthers_isRefusedBeforeAnythingIsWritten(OtherInstaller other) {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      other.install(cluster, RELEASE);
      OpenKruiseInstaller installer = installer(cluster).build();
      cluster.requests().clear();

      InstallPlan plan = installer.plan();
      Failure failure = refused(installer);

      ExistingInstallation existing = plan.existingInstallation();
      assertThat(existing).isNotNull();
      assertThat(existing.refusal()).isEqualTo(failure);
      assertThat(existing.madeBy()).isEqualTo(madeBy(other));
      assertThat(failure.code()).isEqualTo(FailureCode.INSTALLED_BY_OTHERS);
      assertThat(failure.stage()).isEqualTo(Stage.PLAN);
      assertThat(failure.message()).contains(existing.owner());
      assertThat(failure.remedy())
          .contains(
              ".takeOver(TakeOver.KEEP_HELM_RECORD)", ".takeOver(TakeOver.REMOVE_HELM_RECORD)");
      assertThat(plan.render()).contains("made by  " + existing.owner(), "REFUSED", "Refused");
      writesNothing(cluster);
    }
  }

  @ParameterizedTest
  @EnumSource
  void install_withTheOption_takesItOverWithoutAChangeOfWhatRuns(OtherInstaller other) {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      other.install(cluster, RELEASE);
      Map<String, Object> before = ClusterState.of(cluster);
      Set<Object> pods = pods(cluster);
      new InUse(cluster).cloneSet();
      Watchfulness watch = Watchfulness.begin(cluster);
      OpenKruiseInstaller installer =
          installer(cluster).takeOver(TakeOver.KEEP_HELM_RECORD).build();

      InstallPlan plan = installer.plan();
      assertThat(plan.stages())
          .extracting(PlannedStage::stage)
          .contains(Stage.TAKE_OVER)
          .doesNotContain(Stage.DISARM, Stage.CUT_OVER);
      InstallReport report = installer.install(plan);

      assertThat(watch.end()).isEmpty();
      assertThat(report.succeeded()).as(report.render()).isTrue();
      assertThat(report.render()).contains("taken over from");
      assertThat(pods(cluster)).isEqualTo(pods);
      assertThat(FieldOwners.wrong(cluster, RELEASE)).isEmpty();
      assertThat(webhooks(ClusterState.of(cluster))).isEqualTo(webhooks(before));
      assertThat(new InUse(cluster).left()).hasSize(1);
      settled(cluster, installer);
      settled(cluster, installer(cluster).build());
    }
  }

  @Test
  void keepingHelmsRecord_warnsInPlanAndReport(SimulatedCluster cluster) {
    OtherInstaller.HELM.install(cluster, RELEASE);
    OpenKruiseInstaller installer = installer(cluster).takeOver(TakeOver.KEEP_HELM_RECORD).build();

    InstallPlan plan = installer.plan();
    InstallReport report = installer.install(plan);

    assertThat(plan.existingInstallation()).isNotNull();
    assertThat(plan.existingInstallation().owner())
        .isEqualTo("the Helm release kruise in default (revision 2, chart kruise-1.8.3, deployed)");
    assertThat(plan.warnings()).anyMatch(line -> line.contains("helm uninstall would delete"));
    assertThat(report.render()).contains("helm uninstall would delete");
    assertThat(records(cluster)).hasSize(2);
    settled(cluster, installer);
  }

  @Test
  void aRecordThatWasKept_isStillWarnedOf_andCanBeRemovedLater(SimulatedCluster cluster) {
    OtherInstaller.HELM.install(cluster, RELEASE);
    installer(cluster).takeOver(TakeOver.KEEP_HELM_RECORD).build().install();

    assertThat(installer(cluster).build().plan().warnings())
        .anyMatch(line -> line.contains("helm uninstall would delete"));
    OpenKruiseInstaller remover = installer(cluster).takeOver(TakeOver.REMOVE_HELM_RECORD).build();
    InstallPlan plan = remover.plan();
    assertThat(plan.existingInstallation()).isNull();
    remover.install(plan);

    assertThat(records(cluster)).isEmpty();
    assertThat(installer(cluster).build().plan().warnings())
        .noneMatch(line -> line.contains("Helm"));
    settled(cluster, remover);
  }

  @Test
  void uninstallOfWhatWasTakenOver_removesTheRecordThatWasKept(SimulatedCluster cluster) {
    OtherInstaller.HELM.install(cluster, RELEASE);
    installer(cluster).takeOver(TakeOver.KEEP_HELM_RECORD).build().install();

    installer(cluster).build().uninstall();

    assertThat(records(cluster)).isEmpty();
  }

  @Test
  void removingHelmsRecord_deletesEveryRevisionAndNothingElse(SimulatedCluster cluster) {
    OtherInstaller.HELM.install(cluster, RELEASE);
    OtherInstaller.record(cluster, "ConfigMap", 3, "deployed", "kruise");
    cluster
        .objects()
        .apply(
            """
            apiVersion: v1
            kind: Secret
            metadata:
              name: sh.helm.release.v1.kruise.vault
              namespace: default
              labels: {owner: helm, name: kruise, version: "9"}
            """);
    OpenKruiseInstaller installer =
        installer(cluster).takeOver(TakeOver.REMOVE_HELM_RECORD).build();

    InstallReport report = installer.install();

    assertThat(records(cluster)).containsExactly("Secret sh.helm.release.v1.kruise.vault");
    assertThat(report.stages().get(report.stages().size() - 1).changes())
        .filteredOn(change -> change.action() == ChangeAction.DELETE)
        .hasSize(3);
    settled(cluster, installer);
  }

  @Test
  void removingHelmsRecord_ofAReleaseThatHoldsMore_leavesItAndSaysSo(SimulatedCluster cluster) {
    OtherInstaller.HELM.install(cluster, RELEASE);
    OtherInstaller.record(cluster, "Secret", 2, "deployed", "platform");
    OpenKruiseInstaller installer =
        installer(cluster).takeOver(TakeOver.REMOVE_HELM_RECORD).build();

    assertThat(installer.plan().warnings())
        .anyMatch(line -> line.contains("holds more than OpenKruise"));
    assertThat(installer.install().succeeded()).isTrue();
    assertThat(records(cluster)).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"HELM", "HELM_3", "KUBECTL"})
  void takeOverOfAnOlderVersion_isTheUpgrade_withTheWebhooksOn(OtherInstaller other) {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      other.install(cluster, OLDER);
      new InUse(cluster).cloneSet();
      Watchfulness watch = Watchfulness.begin(cluster);
      OpenKruiseInstaller installer =
          installer(cluster).takeOver(TakeOver.REMOVE_HELM_RECORD).build();

      InstallReport report = installer.install();

      assertThat(watch.end()).isEmpty();
      assertThat(report.stages()).anyMatch(stage -> stage.stage() == Stage.CUT_OVER);
      assertThat(FieldOwners.wrong(cluster, RELEASE)).isEmpty();
      assertThat(records(cluster)).isEmpty();
      assertThat(new InUse(cluster).left()).hasSize(1);
      settled(cluster, installer);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HELM", "KUBECTL", "KUBECTL_SERVER_SIDE"})
  void deadIncidentOfOthers_isRefusedWithBothWaysOut_andHealedWithTheOption(OtherInstaller other) {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      Bystander bystander = cluster.bystander("elsewhere");
      other.installDead(cluster, RELEASE);
      Failure failure = refused(installer(cluster).build());
      assertThat(failure.code()).isEqualTo(FailureCode.INSTALLED_BY_OTHERS);
      assertThat(failure.remedy()).contains("repair()", ".takeOver(");
      Timeline timeline = new Timeline(bystander);
      assertThat(timeline.startedRefused()).isTrue();
      OpenKruiseInstaller installer =
          installer(cluster).takeOver(TakeOver.KEEP_HELM_RECORD).listener(timeline).build();

      InstallReport report = installer.install();

      assertThat(report.succeeded()).as(report.render()).isTrue();
      assertThat(timeline.wrong()).isEmpty();
      assertThat(FieldOwners.wrong(cluster, RELEASE)).isEmpty();
      settled(cluster, installer);
    }
  }

  @Test
  void repairOfAHelmInstallation_leavesItHelms(SimulatedCluster cluster) {
    OtherInstaller.HELM.installDead(cluster, RELEASE);

    SmallInstallers.withoutRelease(cluster, cluster.user("mender", MASTERS)).build().repair();

    Failure failure = refused(installer(cluster).build());
    assertThat(failure.code()).isEqualTo(FailureCode.INSTALLED_BY_OTHERS);
    assertThat(failure.message()).contains("has written part of it");
    assertThat(failure.remedy()).doesNotContain("refused now");
    OpenKruiseInstaller installer =
        installer(cluster).takeOver(TakeOver.REMOVE_HELM_RECORD).build();
    installer.install();
    assertThat(FieldOwners.wrong(cluster, RELEASE)).isEmpty();
    settled(cluster, installer);
  }

  @Test
  void whatIsNobodysInstallation_isInstalledWithoutTheOption(SimulatedCluster cluster) {
    cluster.objects().apply("{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system}}");
    OtherInstaller.HELM.installDefinitions(cluster, RELEASE);

    assertThat(installer(cluster).build().plan().existingInstallation()).isNull();
    assertThat(installer(cluster).build().install().succeeded()).isTrue();
  }

  @Test
  void driftOfOurOwnInstallation_isMendedWithoutTheOption(SimulatedCluster cluster) {
    installer(cluster).build().install();
    cluster
        .objects()
        .edit(
            "apps/v1",
            "Deployment",
            SYSTEM,
            "kruise-controller-manager",
            manager -> Scenes.child(manager, "spec").put("replicas", 3));

    InstallPlan plan = installer(cluster).build().plan();

    assertThat(plan.existingInstallation()).isNull();
    assertThat(plan.isNoOp()).isFalse();
  }

  @Test
  void helmOverOurInstallation_isNotRefused_butWarnedOf_andEndedWithTheOption(
      SimulatedCluster cluster) {
    installer(cluster).build().install();
    OtherInstaller.HELM.install(cluster, RELEASE);

    InstallPlan plan = installer(cluster).build().plan();
    assertThat(plan.existingInstallation()).isNull();
    assertThat(plan.warnings()).anyMatch(line -> line.contains("has a hand in"));
    OpenKruiseInstaller installer =
        installer(cluster).takeOver(TakeOver.REMOVE_HELM_RECORD).build();
    installer.install();

    assertThat(FieldOwners.wrong(cluster, RELEASE)).isEmpty();
    assertThat(records(cluster)).isEmpty();
    settled(cluster, installer);
  }

  @Test
  void installationInAnotherNamespace_isRefusedAlsoWithTheOption(SimulatedCluster cluster) {
    OtherInstaller.HELM.install(cluster, RELEASE);

    Failure failure =
        refused(
            installer(cluster).release(ELSEWHERE).takeOver(TakeOver.REMOVE_HELM_RECORD).build());

    assertThat(failure.code()).isEqualTo(FailureCode.INSTALLED_BY_OTHERS);
    assertThat(failure.remedy()).contains(".namespace(\"kruise-system\")");
  }

  @Test
  void ownInstallationInAnotherNamespace_isRefusedAlsoWithTheOption(SimulatedCluster cluster) {
    installer(cluster).build().install();
    Map<String, Object> before = ClusterState.of(cluster);

    for (boolean option : new boolean[] {false, true}) {
      OpenKruiseInstaller.Builder second = installer(cluster).release(ELSEWHERE);
      Failure failure =
          refused((option ? second.takeOver(TakeOver.REMOVE_HELM_RECORD) : second).build());

      assertThat(failure.code()).isEqualTo(FailureCode.INSTALLED_BY_OTHERS);
      assertThat(failure.remedy())
          .contains(".namespace(\"kruise-system\")")
          .contains("uninstall()");
    }
    assertThat(ClusterState.of(cluster)).isEqualTo(before);
    assertThat(installer(cluster).build().install().writes()).isZero();
  }

  @Test
  void parkedInstallationOfOursInAnotherNamespace_isRefusedToo(SimulatedCluster cluster) {
    cluster.workloads().crash("*kruise-manager:*", 1, "panic");
    refusedLate(installer(cluster).timeout(Duration.ofSeconds(5)).build());
    assertThat(Armament.isParked(cluster)).isTrue();

    Failure failure = refused(installer(cluster).release(ELSEWHERE).build());

    assertThat(failure.code()).isEqualTo(FailureCode.INSTALLED_BY_OTHERS);
    assertThat(failure.remedy()).contains(".namespace(\"kruise-system\")");
  }

  @Test
  void whatIsLeftOfAnInstallationInAnotherNamespace_isNoObstacle(SimulatedCluster cluster) {
    installer(cluster).build().install();
    cluster.objects().delete("apps/v1", "Deployment", SYSTEM, "kruise-controller-manager");

    assertThat(installer(cluster).release(ELSEWHERE).build().install().succeeded()).isTrue();
    assertThat(installer(cluster).release(ELSEWHERE).build().install().writes()).isZero();
  }

  private static void refusedLate(OpenKruiseInstaller installer) {
    assertThat(catchThrowableOfType(InstallFailedException.class, installer::install)).isNotNull();
  }

  @Test
  void labelsThatOthersHavePutOnTheNamespace_stay(SimulatedCluster cluster) {
    OtherInstaller.KUBECTL_SERVER_SIDE.install(cluster, RELEASE);
    cluster
        .objects()
        .edit(
            "v1",
            "Namespace",
            "",
            SYSTEM,
            namespace ->
                Scenes.child(Scenes.child(namespace, "metadata"), "labels")
                    .put("pod-security.kubernetes.io/enforce", "privileged"));

    installer(cluster).takeOver(TakeOver.KEEP_HELM_RECORD).build().install();

    assertThat(cluster.objects().get("v1", "Namespace", "", SYSTEM).orElseThrow().toString())
        .contains("pod-security.kubernetes.io/enforce=privileged");
  }

  @Test
  void takeOver_underTheRoleOfItsInstaller_removesTheRecordToo(SimulatedCluster cluster) {
    OtherInstaller.HELM.install(cluster, RELEASE);
    String role =
        ClusterRoles.yaml(
            installer(cluster).takeOver(TakeOver.REMOVE_HELM_RECORD).build().requiredRole());
    OpenKruiseInstaller restricted =
        SmallInstallers.plain(cluster, Scenes.user(cluster, "restricted", role))
            .takeOver(TakeOver.REMOVE_HELM_RECORD)
            .build();

    assertThat(restricted.preflight().passed()).as(restricted.preflight().render()).isTrue();
    assertThat(restricted.install().succeeded()).isTrue();

    assertThat(records(cluster)).isEmpty();
    assertThat(FieldOwners.wrong(cluster, RELEASE)).isEmpty();
  }

  @Test
  void takeOver_byOneWhoMayNotSeeRecords_keepsThemWithAWarning_andIsRefusedToRemoveThem(
      SimulatedCluster cluster) {
    OtherInstaller.HELM.install(cluster, RELEASE);
    String role = ClusterRoles.yaml(installer(cluster).build().requiredRole());
    OpenKruiseInstaller.Builder restricted =
        SmallInstallers.plain(cluster, Scenes.user(cluster, "restricted", role));

    Failure failure = refused(restricted.takeOver(TakeOver.REMOVE_HELM_RECORD).build());
    assertThat(failure.code()).isEqualTo(FailureCode.PERMISSION_DENIED);
    InstallPlan plan = restricted.takeOver(TakeOver.KEEP_HELM_RECORD).build().plan();
    assertThat(plan.warnings()).anyMatch(line -> line.contains("may not be seen"));
    assertThat(restricted.build().install(plan).succeeded()).isTrue();
    assertThat(records(cluster)).hasSize(2);
  }

  @Test
  void preflight_overAnInstallationOfOthers_saysThatItWouldBeRefused(SimulatedCluster cluster) {
    OtherInstaller.KUBECTL.install(cluster, RELEASE);

    Checks without = installer(cluster).build().preflight().checks();
    Checks with =
        installer(cluster).takeOver(TakeOver.KEEP_HELM_RECORD).build().preflight().checks();

    assertThat(Scenes.check(without, "take-over").status()).isEqualTo(CheckStatus.FAIL);
    assertThat(Scenes.text(Scenes.check(without, "take-over"))).contains(".takeOver(");
    assertThat(Scenes.check(with, "take-over").status()).isEqualTo(CheckStatus.PASS);
    assertThat(Scenes.withoutText(without)).isEmpty();
  }

  private static InstallationMaker madeBy(OtherInstaller other) {
    return switch (other) {
      case HELM, HELM_3 -> InstallationMaker.HELM;
      case KUBECTL -> InstallationMaker.KUBECTL_APPLY;
      case KUBECTL_SERVER_SIDE -> InstallationMaker.KUBECTL_SERVER_SIDE_APPLY;
      case PROGRAM -> InstallationMaker.OTHER;
    };
  }

  private static Failure refused(OpenKruiseInstaller installer) {
    InstallFailedException failed =
        catchThrowableOfType(InstallFailedException.class, installer::install);
    assertThat(failed).isNotNull();
    assertThat(failed.report().writes()).isZero();
    return failed.failure();
  }

  /**
   * Another run finds nothing to do, nobody else in it, and sends nothing that changes anything.
   */
  private static void settled(SimulatedCluster cluster, OpenKruiseInstaller installer) {
    cluster.requests().clear();
    InstallPlan plan = installer.plan();
    assertThat(plan.existingInstallation()).isNull();
    assertThat(plan.isNoOp()).as(plan.render()).isTrue();
    assertThat(installer.install().writes()).isZero();
    writesNothing(cluster);
  }

  private static void writesNothing(SimulatedCluster cluster) {
    assertThat(cluster.requests().entries())
        .filteredOn(entry -> entry.request().user().equals("installer"))
        .allSatisfy(entry -> assertThat(entry.effect()).isEqualTo(Effect.NONE));
  }

  private static Set<Object> pods(SimulatedCluster cluster) {
    return cluster.objects().list("v1", "Pod", SYSTEM).stream()
        .map(pod -> Scenes.child(pod, "metadata").get("uid"))
        .collect(Collectors.toSet());
  }

  private static List<Object> webhooks(Map<String, Object> state) {
    return state.entrySet().stream()
        .filter(entry -> entry.getKey().contains("WebhookConfiguration"))
        .map(entry -> ((Map<?, ?>) entry.getValue()).get("webhooks"))
        .collect(Collectors.toList());
  }

  private static List<String> records(SimulatedCluster cluster) {
    return List.of("Secret", "ConfigMap").stream()
        .flatMap(kind -> cluster.objects().list("v1", kind, "default").stream())
        .map(record -> record.get("kind") + " " + Scenes.child(record, "metadata").get("name"))
        .filter(name -> name.contains("sh.helm.release"))
        .toList();
  }

  private static OpenKruiseInstaller.Builder installer(SimulatedCluster cluster) {
    return SmallInstallers.plain(cluster, cluster.user("installer", MASTERS)).release(RELEASE);
  }
}
