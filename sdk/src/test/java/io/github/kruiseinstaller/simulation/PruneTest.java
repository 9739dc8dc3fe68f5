package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an installation no longer has goes, what may hold data stays, and nobody is refused. */
class PruneTest {
  private static final String MASTERS = "system:masters";
  private static final String SYSTEM = "kruise-system";
  private static final String RBAC = "rbac.authorization.k8s.io/v1";
  private static final String PART_OF = "applyset.kubernetes.io/part-of";
  private static final ObjectRef DAEMON =
      ObjectRef.namespaced("apps/v1", "DaemonSet", SYSTEM, "kruise-daemon");
  private static final ObjectRef SETTINGS =
      ObjectRef.namespaced("v1", "ConfigMap", SYSTEM, "settings");
  private static final ObjectRef DEFINITION =
      ObjectRef.cluster(
          "apiextensions.k8s.io/v1", "CustomResourceDefinition", "extras.apps.kruise.io");

  /** A ClusterRole, a ConfigMap, a Namespace and a definition beside the small release. */
  static final String EXTRAS =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings, namespace: kruise-system}
      data: {a: b}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: extra-role}
      rules: []
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: kruise-daemon-config}
      ---
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: extras.apps.kruise.io}
      spec:
        group: apps.kruise.io
        scope: Namespaced
        names: {kind: Extra, listKind: ExtraList, plural: extras, singular: extra}
        versions:
          - name: v1alpha1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object}}
      """;

  @RegisterExtension
  final SimulatedClusterExtension clusters =
      SimulatedClusterExtension.of(SimulatedCluster.builder().speed(20));

  @Test
  void install_makesEveryObjectAMemberAndNoPod(SimulatedCluster cluster) {
    installer(cluster).build().install();

    String parent = object(cluster, parent()).toString();
    assertThat(parent)
        .contains("applyset.kubernetes.io/id=applyset-")
        .contains("DaemonSet.apps,Deployment.apps")
        .contains("release=1.8.3");
    String id = parent.replaceAll("(?s).*kubernetes.io/id=(applyset-[\\w-]+-v1).*", "$1");
    for (ObjectRef ref : everything()) {
      assertThat(object(cluster, ref).toString()).as("%s", ref).contains(PART_OF + "=" + id);
    }
    assertThat(cluster.objects().list("v1", "Pod", SYSTEM)).isNotEmpty();
    assertThat(cluster.objects().list("v1", "Pod", SYSTEM).toString()).doesNotContain(PART_OF);
    assertThat(installer(cluster).build().install().writes()).isZero();
  }

  @Test
  void install_withoutTheDaemon_removesItOnceTheRestWorks(SimulatedCluster cluster) {
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));
    installer(cluster).build().install();
    OpenKruiseInstaller without =
        installer(cluster)
            .customize(Customizer.featureGate("KruiseDaemon", false))
            .listener(timeline)
            .build();

    InstallPlan plan = without.plan();

    PlannedChange prune = plan.change(Stage.PRUNE, DAEMON).orElseThrow();
    assertThat(prune.action()).isEqualTo(ChangeAction.PRUNE);
    assertThat(plan.stages().get(plan.stages().size() - 1).stage()).isEqualTo(Stage.PRUNE);
    assertThat(plan.render())
        .contains("- DaemonSet kruise-system/kruise-daemon")
        .contains("- prune");
    InstallReport report = without.install(plan);
    timeline.look("after");
    assertThat(timeline.wrong()).as(report.render()).isEmpty();
    assertThat(find(cluster, DAEMON)).isEmpty();
    assertThat(object(cluster, parent()).toString()).doesNotContain("DaemonSet");
    assertThat(Armament.isParked(cluster)).isFalse();
    assertThat(without.install().writes()).isZero();
    assertThat(without.plan().stage(Stage.PRUNE)).isEmpty();
  }

  @Test
  void install_keepsWhatMayHoldDataAndSaysSo(SimulatedCluster cluster) {
    extended(cluster).build().install();
    OpenKruiseInstaller installer = installer(cluster).build();

    InstallReport report = installer.install();

    assertThat(find(cluster, ObjectRef.cluster(RBAC, "ClusterRole", "extra-role"))).isEmpty();
    assertThat(find(cluster, SETTINGS)).isPresent();
    assertThat(find(cluster, DEFINITION)).isPresent();
    assertThat(find(cluster, ObjectRef.cluster("v1", "Namespace", "kruise-daemon-config")))
        .isPresent();
    assertThat(report.render())
        .contains(
            "prune: kept ConfigMap kruise-system/settings: it may hold data, and goes only when"
                + " prune(...) names it; by hand: kubectl -n kruise-system delete configmaps"
                + " settings")
        .contains("prune: kept CustomResourceDefinition extras.apps.kruise.io")
        .contains(
            "prune: kept Namespace kruise-daemon-config: namespaces hold what others put there");
    InstallPlan again = installer.plan();
    assertThat(again.isNoOp()).isTrue();
    assertThat(again.change(Stage.PRUNE, SETTINGS).orElseThrow().action())
        .isEqualTo(ChangeAction.KEEP);
    assertThat(again.render()).contains(". ConfigMap kruise-system/settings");
    assertThat(installer.install().writes()).isZero();
  }

  @Test
  void install_removesByNameWhatIsNamed(SimulatedCluster cluster) {
    extended(cluster).build().install();
    cluster
        .objects()
        .apply(
            "{apiVersion: apps.kruise.io/v1alpha1, kind: Extra, metadata: {name: one, namespace:"
                + " default}}");
    PruneOptions named =
        PruneOptions.nothing()
            .including(
                SETTINGS, DEFINITION, ObjectRef.cluster("v1", "Namespace", "kruise-daemon-config"));
    OpenKruiseInstaller installer = installer(cluster).prune(named).build();

    InstallReport report = installer.install();

    assertThat(find(cluster, SETTINGS)).isEmpty();
    assertThat(find(cluster, DEFINITION)).as("it is in use").isPresent();
    assertThat(find(cluster, ObjectRef.cluster(RBAC, "ClusterRole", "extra-role")))
        .as("nothing else is deleted")
        .isPresent();
    assertThat(find(cluster, ObjectRef.cluster("v1", "Namespace", "kruise-daemon-config")))
        .isPresent();
    assertThat(report.render())
        .contains("it has custom resources (1), which would be deleted with it")
        .contains("nothing is deleted, as asked for");
    cluster.objects().delete("apps.kruise.io/v1alpha1", "Extra", "default", "one");
    installer.install();
    Eventually.until("the definition is gone", () -> find(cluster, DEFINITION).isEmpty());
    assertThat(installer.install().writes()).isZero();
  }

  @Test
  void install_leavesWhatItDoesNotOwn(SimulatedCluster cluster) {
    extended(cluster).build().install();
    String id = label(cluster);
    cluster
        .objects()
        .apply(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: theirs, labels: {applyset.kubernetes.io/part-of: %s}}
            rules: []
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: extra-role, labels: {team: a}}
            rules: []
            """
                .formatted(id));

    InstallReport report = installer(cluster).build().install();

    assertThat(find(cluster, ObjectRef.cluster(RBAC, "ClusterRole", "theirs"))).isPresent();
    assertThat(find(cluster, ObjectRef.cluster(RBAC, "ClusterRole", "extra-role"))).isPresent();
    assertThat(report.render())
        .contains("kept ClusterRole theirs: it carries the label of members, but")
        .contains("kept ClusterRole extra-role: it is also installed by testkit");
  }

  @Test
  void install_ofAPlanWhoseMemberHasMovedOn_writesNothing(SimulatedCluster cluster) {
    installer(cluster).build().install();
    OpenKruiseInstaller without =
        installer(cluster).customize(Customizer.featureGate("KruiseDaemon", false)).build();
    InstallPlan plan = without.plan();
    cluster
        .objects()
        .edit(
            "apps/v1",
            "DaemonSet",
            SYSTEM,
            "kruise-daemon",
            daemon -> labels(daemon).put("policy.kruise.io/delete-protection", "Always"));

    InstallFailedException failed =
        catchThrowableOfType(InstallFailedException.class, () -> without.install(plan));

    assertThat(failed.failure().code()).isEqualTo(FailureCode.PLAN_STALE);
    assertThat(failed.report().writes()).isZero();
    assertThat(failed.failure().evidence())
        .anyMatch(line -> line.contains("kruise-daemon: prune, now keep"));
    without.install();
    assertThat(find(cluster, DAEMON)).as("it is protected").isPresent();
  }

  @Test
  void install_thatFails_prunesNothing(SimulatedCluster cluster) {
    installer(cluster).build().install();
    OpenKruiseInstaller failing =
        installer(cluster)
            .customize(Customizer.featureGate("KruiseDaemon", false))
            .customize(Customizer.image("example.com/nobody:v1.8.4"))
            .timeout(Duration.ofSeconds(5))
            .build();

    InstallFailedException failed =
        catchThrowableOfType(InstallFailedException.class, failing::install);

    assertThat(failed).isNotNull();
    assertThat(find(cluster, DAEMON)).isPresent();
    assertThat(object(cluster, parent()).toString()).contains("DaemonSet");
  }

  @Test
  void install_thatFailsWhilePruning_leavesTheWebhooksOnAndIsFinishedByTheNextRun(
      SimulatedCluster cluster) {
    installer(cluster).build().install();
    cluster
        .faults()
        .add(
            FaultRule.when()
                .verb("delete")
                .resource("daemonsets.apps")
                .times(1)
                .then(Fault.Answer.status(403, "Forbidden", "not today", 0)));
    OpenKruiseInstaller without =
        installer(cluster)
            .customize(Customizer.featureGate("KruiseDaemon", false))
            .customize(Customizer.webhookTimeout(Duration.ofSeconds(7)))
            .build();

    InstallFailedException failed =
        catchThrowableOfType(InstallFailedException.class, without::install);

    assertThat(failed.report().render()).contains("usable after");
    assertThat(failed.failure().stage()).isEqualTo(Stage.PRUNE);
    assertThat(Armament.isParked(cluster)).as("what works is left on").isFalse();
    assertThat(find(cluster, DAEMON)).isPresent();
    without.install();
    assertThat(find(cluster, DAEMON)).isEmpty();
    assertThat(without.install().writes()).isZero();
  }

  @Test
  void install_overAnInstallationWithoutInventory_addsItWithoutARollout(SimulatedCluster cluster) {
    installer(cluster).build().install();
    withoutInventory(cluster);
    List<String> before = podUids(cluster);
    OpenKruiseInstaller installer = installer(cluster).build();
    assertThat(installer.verify().checks().all())
        .filteredOn(check -> check.id().equals("release-drift"))
        .allMatch(check -> check.status().name().equals("PASS"));
    assertThat(installer.repair().run().writes()).isZero();
    assertThat(find(cluster, parent())).isEmpty();
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));

    InstallPlan plan = installer.plan();
    InstallReport report = installer(cluster).listener(timeline).build().install(plan);

    timeline.look("after");
    assertThat(timeline.wrong()).isEmpty();
    assertThat(plan.stage(Stage.DISARM)).isEmpty();
    assertThat(plan.stages())
        .flatExtracting(stage -> stage.changes())
        .flatExtracting(change -> change.fields())
        .allMatch(field -> field.path().startsWith("metadata.labels"));
    assertThat(podUids(cluster)).as("no rollout").isEqualTo(before);
    for (ObjectRef ref : everything()) {
      assertThat(object(cluster, ref).toString()).as("%s", ref).contains(PART_OF + "=applyset-");
    }
    assertThat(report.succeeded()).isTrue();
    assertThat(installer.install().writes()).isZero();
  }

  @Test
  void install_thatIsRefusedOverWhatOthersHaveMade_recordsNothing(SimulatedCluster cluster) {
    cluster.objects().apply(SmallRelease.yaml());
    OpenKruiseInstaller installer = installer(cluster).build();
    Eventually.until("it works", () -> installer.diagnose().diagnoses().isEmpty());

    InstallFailedException refused =
        catchThrowableOfType(InstallFailedException.class, installer::install);

    assertThat(refused.failure().code()).isEqualTo(FailureCode.INSTALLED_BY_OTHERS);
    assertThat(refused.report().writes()).isZero();
    assertThat(find(cluster, parent())).isEmpty();
  }

  @Test
  void install_thatTakesOverWhatOthersHaveMade_makesAllOfItMembers(SimulatedCluster cluster) {
    cluster.objects().apply(SmallRelease.yaml());
    OpenKruiseInstaller installer = installer(cluster).takeOver(TakeOver.KEEP_HELM_RECORD).build();
    Eventually.until("it works", () -> installer.diagnose().diagnoses().isEmpty());
    List<String> before = podUids(cluster);

    installer.install();

    for (ObjectRef ref : everything()) {
      assertThat(object(cluster, ref).toString())
          .as(ref.toString())
          .contains("applyset.kubernetes.io/part-of");
    }
    assertThat(podUids(cluster)).isEqualTo(before);
    assertThat(installer.install().writes()).isZero();
  }

  @Test
  void install_whoseInventoryWasDeleted_writesItAgain(SimulatedCluster cluster) {
    OpenKruiseInstaller installer = installer(cluster).build();
    installer.install();
    cluster.objects().delete("v1", "ConfigMap", SYSTEM, "kruise-installer");

    assertThat(installer.install().writes()).isEqualTo(1);
    assertThat(find(cluster, parent())).isPresent();
    assertThat(installer.install().writes()).isZero();
  }

  @Test
  void install_whereAnotherToolHasTheParent_recordsNothingAndSaysSo(SimulatedCluster cluster) {
    cluster
        .objects()
        .apply(
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: kruise-system}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: kruise-installer
              namespace: kruise-system
              annotations: {applyset.kubernetes.io/tooling: kubectl/v1.34.0}
            """);
    Map<String, Object> theirs = object(cluster, parent());

    OpenKruiseInstaller installer = installer(cluster).build();
    InstallPlan plan = installer.plan();
    installer.install(plan);

    assertThat(plan.warnings())
        .anyMatch(
            line -> line.contains("is of kubectl/v1.34.0: what is installed is not recorded"));
    assertThat(object(cluster, parent())).isEqualTo(theirs);
    assertThat(object(cluster, DAEMON).toString()).doesNotContain(PART_OF);
    assertThat(installer.install().writes()).isZero();
  }

  @Test
  void uninstall_removesWhatOnlyTheInventoryKnows(SimulatedCluster cluster) {
    extended(cluster).build().install();

    assertThat(installer(cluster).build().uninstall().succeeded()).isTrue();

    assertThat(find(cluster, ObjectRef.cluster(RBAC, "ClusterRole", "extra-role"))).isEmpty();
    assertThat(find(cluster, SETTINGS)).isEmpty();
    assertThat(find(cluster, parent())).isEmpty();
    assertThat(find(cluster, DEFINITION)).as("definitions stay").isPresent();
    assertThat(installer(cluster).build().uninstall().writes()).isZero();
  }

  private static OpenKruiseInstaller.Builder installer(SimulatedCluster cluster) {
    return SmallInstallers.plain(cluster, cluster.user("installer", MASTERS)).proofs(1);
  }

  private static OpenKruiseInstaller.Builder extended(SimulatedCluster cluster) {
    return installer(cluster)
        .release(ReleaseSource.manifests(SmallRelease.yaml() + "\n---\n" + EXTRAS, "extended"));
  }

  /** As an earlier version of this library has left it. */
  private static void withoutInventory(SimulatedCluster cluster) {
    for (ObjectRef ref : everything()) {
      cluster
          .objects()
          .edit(
              ref.apiVersion(),
              ref.kind(),
              namespace(ref),
              ref.name(),
              object -> labels(object).remove(PART_OF));
    }
    cluster.objects().delete("v1", "ConfigMap", SYSTEM, "kruise-installer");
  }

  private static List<ObjectRef> everything() {
    return ReleaseSource.manifests(SmallRelease.yaml(), "small release")
        .load(new ReleaseRequest(null, "1.34.0"))
        .manifests()
        .stream()
        // The manager fills it in, and writes it whole then.
        .filter(manifest -> !manifest.isKind("Secret"))
        .map(Manifest::ref)
        .toList();
  }

  private static ObjectRef parent() {
    return ObjectRef.namespaced("v1", "ConfigMap", SYSTEM, "kruise-installer");
  }

  private static String label(SimulatedCluster cluster) {
    return String.valueOf(labels(object(cluster, DAEMON)).get(PART_OF));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> labels(Map<String, Object> object) {
    Map<String, Object> metadata = (Map<String, Object>) object.get("metadata");
    return (Map<String, Object>)
        metadata.computeIfAbsent("labels", key -> new LinkedHashMap<String, Object>());
  }

  private static List<String> podUids(SimulatedCluster cluster) {
    return cluster.objects().list("v1", "Pod", SYSTEM).stream()
        .map(pod -> String.valueOf(((Map<?, ?>) pod.get("metadata")).get("uid")))
        .sorted()
        .toList();
  }

  private static Map<String, Object> object(SimulatedCluster cluster, ObjectRef ref) {
    return find(cluster, ref).orElseThrow(() -> new AssertionError(ref + " is not there"));
  }

  private static Optional<Map<String, Object>> find(SimulatedCluster cluster, ObjectRef ref) {
    return cluster.objects().get(ref.apiVersion(), ref.kind(), namespace(ref), ref.name());
  }

  private static String namespace(ObjectRef ref) {
    return ref.namespace() == null ? "" : ref.namespace();
  }
}
