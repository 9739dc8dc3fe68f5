package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckStatus;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.permission.ClusterRoles;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.report.PreflightReport;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.uninstall.UninstallFailedException;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The roles are enough for everything, and grant no more than they have to. */
class RequiredRoleTest {
  private static final Release RELEASE =
      ReleaseSource.manifests(SmallRelease.yaml(), "small").load(new ReleaseRequest(null, null));

  private static final ObjectRef SETTINGS =
      ObjectRef.namespaced("v1", "ConfigMap", "kruise-system", "settings");
  private static final ObjectRef DEFINITION =
      ObjectRef.cluster(
          "apiextensions.k8s.io/v1", "CustomResourceDefinition", "extras.apps.kruise.io");

  @Test
  void everyVerb_underTheRole_doesAllThatAnAdministratorsDoes() {
    under(installer -> ClusterRoles.yaml(installer.requiredRole()));
  }

  @Test
  void everyVerb_whereNobodyMayEscalate_doesAllTheSame() {
    under(installer -> ClusterRoles.yaml(ClusterRoles.installingWithoutEscalation(RELEASE)));
  }

  @Test
  void install_underTheRole_mendsAnIncidentInWhichTheManagersPodsAreRefused() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      Scene.deadIncident(ReleaseSource.manifests(SmallRelease.yaml(), "small"))
          .setting()
          .accept(cluster);
      ClusterUser user = enabled(SmallInstallers.taking(cluster, cluster.admin()), cluster);
      OpenKruiseInstaller installer = SmallInstallers.taking(cluster, user).build();

      InstallPlan plan = installer.plan();

      assertThat(plan.stages())
          .flatExtracting(PlannedStage::changes)
          .anyMatch(
              change ->
                  change.action() == ChangeAction.RETRY
                      && change.object().kind().equals("ReplicaSet"));
      assertThat(installer.install().succeeded()).isTrue();
    }
  }

  @Test
  void failedUpgrade_underTheRole_isTakenBackToItsEnd() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      ReleaseSource old = ReleaseSource.manifests(SmallRelease.yaml("1.8.0"), "old");
      ClusterUser user =
          enabled(SmallInstallers.plain(cluster, cluster.admin()).release(old), cluster);
      SmallInstallers.plain(cluster, user).release(old).build().install();
      cluster.workloads().crash("*kruise-manager:v1.8.3", 2, "flag provided but not defined");

      InstallException failed =
          catchThrowableOfType(
              InstallException.class,
              () ->
                  SmallInstallers.plain(cluster, user)
                      .release(ReleaseSource.manifests(SmallRelease.yaml("1.8.3"), "new"))
                      .timeout(Duration.ofSeconds(8))
                      .build()
                      .install());

      assertThat(failed.failure().evidence())
          .anyMatch(line -> line.startsWith("taken back: the manager's Deployment"))
          .anyMatch(line -> line.startsWith("not taken back: definitions"))
          .noneMatch(line -> line.contains("cut short"));
    }
  }

  @Test
  void prune_underTheRole_deletesWhatItsOptionsName() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      extended(cluster).build().install();
      PruneOptions named = PruneOptions.defaults().including(SETTINGS, DEFINITION);
      ClusterUser user =
          enabled(SmallInstallers.plain(cluster, cluster.admin()).prune(named), cluster);

      InstallReport report = SmallInstallers.plain(cluster, user).prune(named).build().install();

      assertThat(report.render()).doesNotContain("kept ConfigMap");
      assertThat(cluster.objects().get("v1", "ConfigMap", "kruise-system", "settings")).isEmpty();
      Eventually.until(
          "the definition is gone",
          () ->
              cluster
                  .objects()
                  .get(DEFINITION.apiVersion(), DEFINITION.kind(), "", DEFINITION.name())
                  .isEmpty());
    }
  }

  @Test
  void prune_byOneWhoMayNotSeeWhatIsNamed_saysSo() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      extended(cluster).build().install();
      ClusterUser user = enabled(SmallInstallers.plain(cluster, cluster.admin()), cluster);

      InstallPlan plan =
          SmallInstallers.plain(cluster, user)
              .prune(PruneOptions.defaults().including(SETTINGS))
              .build()
              .plan();

      assertThat(plan.warnings())
          .anyMatch(line -> line.startsWith("objects of kind ConfigMap cannot be listed"));
    }
  }

  @Test
  void install_underTheRole_keepsWithAReasonWhatItMayNotDelete() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      extended(cluster).build().install();
      ClusterUser user = enabled(SmallInstallers.plain(cluster, cluster.admin()), cluster);

      InstallReport report = SmallInstallers.plain(cluster, user).build().install();

      assertThat(report.succeeded()).isTrue();
      assertThat(report.render())
          .contains("kept ClusterRole extra-role: this user may not get it; by hand: kubectl");
      assertThat(
              cluster
                  .objects()
                  .get("rbac.authorization.k8s.io/v1", "ClusterRole", "", "extra-role"))
          .isPresent();
      assertThat(SmallInstallers.plain(cluster, user).build().install().writes()).isZero();
      assertThat(SmallInstallers.plain(cluster, cluster.admin()).build().install().succeeded())
          .isTrue();
      assertThat(
              cluster
                  .objects()
                  .get("rbac.authorization.k8s.io/v1", "ClusterRole", "", "extra-role"))
          .as("who may delete it does")
          .isEmpty();
    }
  }

  private static OpenKruiseInstaller.Builder extended(SimulatedCluster cluster) {
    return SmallInstallers.plain(cluster, cluster.admin())
        .release(
            ReleaseSource.manifests(
                SmallRelease.yaml() + "\n---\n" + PruneTest.EXTRAS, "extended"));
  }

  /** Who may do what the role says that such an installer asks for. */
  private static ClusterUser enabled(
      OpenKruiseInstaller.Builder installer, SimulatedCluster cluster) {
    return Scenes.user(cluster, "installer", ClusterRoles.yaml(installer.build().requiredRole()));
  }

  @Test
  void roles_nameObjectsWhereverThatIsPossible() {
    String role = ClusterRoles.yaml(ClusterRoles.installing(RELEASE));

    assertThat(role)
        .contains(
            """
            - apiGroups: [""]
              resources: [secrets]
              resourceNames: [kruise-webhook-certs]
              verbs: [get, update, patch]
            """)
        .doesNotContain("resourceNames: []")
        .doesNotContain("\"*\"");
    assertThat(ClusterRoles.yaml(ClusterRoles.looking()))
        .doesNotContain("patch")
        .doesNotContain("update")
        .doesNotContain("delete")
        .doesNotContain("escalate");
  }

  @Test
  void uninstall_underTheRole_removesEverything() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      SmallInstallers.plain(cluster, cluster.admin()).proofs(1).build().install();
      new InUse(cluster).cloneSet().statefulSet();
      ClusterUser user =
          Scenes.user(cluster, "remover", ClusterRoles.yaml(ClusterRoles.uninstalling()));

      UninstallReport report =
          SmallInstallers.withoutRelease(cluster, user)
              .build()
              .uninstall(
                  UninstallOptions.defaults()
                      .deleteCustomResources()
                      .removeDefinitions()
                      .removeNamespaces());

      assertThat(report.succeeded()).as(report.render()).isTrue();
      new InUse(cluster).assertGone("kruise-installer-uninstalling");
    }
  }

  @Test
  void uninstall_underTheRoleBesideDefinitionsOfOthers_removesEverythingButTheNamespace() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      SmallInstallers.plain(cluster, cluster.admin()).proofs(1).build().install();
      cluster
          .objects()
          .apply(
              """
              apiVersion: apiextensions.k8s.io/v1
              kind: CustomResourceDefinition
              metadata: {name: certificates.cert-manager.io}
              spec:
                group: cert-manager.io
                scope: Namespaced
                names:
                  kind: Certificate
                  listKind: CertificateList
                  plural: certificates
                  singular: certificate
                versions:
                  - name: v1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object}}
              """);
      ClusterUser user =
          Scenes.user(cluster, "remover", ClusterRoles.yaml(ClusterRoles.uninstalling()));

      UninstallReport report =
          SmallInstallers.withoutRelease(cluster, user)
              .build()
              .uninstall(UninstallOptions.defaults().removeDefinitions().removeNamespaces());

      assertThat(report.succeeded()).as(report.render()).isTrue();
      assertThat(report.kept())
          .extracting(Object::toString)
          .anyMatch(
              line ->
                  line.startsWith(
                      "Namespace kruise-system: it may hold what was not seen:"
                          + " certificates.cert-manager.io cannot be listed: may not be read: "));
      new InUse(cluster)
          .assertGone("v1 Namespace", "kruise-system/default", "kruise-installer-uninstalling");
    }
  }

  @Test
  void uninstall_underALesserRole_namesWhatIsMissingAndWritesNothing() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(20).start()) {
      SmallInstallers.plain(cluster, cluster.admin()).proofs(1).build().install();
      ClusterUser user =
          Scenes.user(
              cluster,
              "looker",
              ClusterRoles.yaml(ClusterRoles.uninstalling()).replace("delete", "deletecollection"));

      UninstallFailedException failed =
          catchThrowableOfType(
              UninstallFailedException.class,
              () -> SmallInstallers.withoutRelease(cluster, user).build().uninstall());

      assertThat(failed.failure().code()).isEqualTo(FailureCode.PERMISSION_DENIED);
      assertThat(failed.failure().evidence())
          .contains(
              "delete Deployment (apps) kruise-controller-manager in namespace kruise-system");
      assertThat(failed.report().writes()).isZero();
    }
  }

  @Test
  void withoutARelease_theRoleIsForLookingAndRepairing() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      OpenKruiseInstaller installer =
          SmallInstallers.withoutRelease(cluster, cluster.admin()).build();

      assertThat(installer.requiredRole()).isEqualTo(ClusterRoles.repairing());
    }
  }

  private static void under(Function<OpenKruiseInstaller, String> role) {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      String yaml = role.apply(SmallInstallers.plain(cluster, cluster.admin()).build());
      ClusterUser user = Scenes.user(cluster, "installer", yaml);
      OpenKruiseInstaller installer = SmallInstallers.plain(cluster, user).build();

      PreflightReport before = installer.preflight();
      InstallReport first = installer.install();
      InstallReport second = installer.install();
      HealthReport after = installer.verify();
      Scenes.relabel(cluster, Map.of());
      RepairReport repair = installer.repair();

      assertThat(before.checks().with(CheckStatus.FAIL)).as(before.render()).isEmpty();
      assertThat(Scenes.check(before.checks(), "permissions").status()).isEqualTo(CheckStatus.PASS);
      assertThat(Scenes.check(before.checks(), "helpful-permissions").status())
          .isEqualTo(CheckStatus.PASS);
      assertThat(before.checks().all())
          .as(before.render())
          .extracting(Check::summary)
          .noneMatch(summary -> summary.contains("may not be"));
      assertThat(first.stages())
          .flatExtracting(stage -> stage.notes())
          .contains("an invalid CloneSet is denied by vcloneset.kb.io")
          .noneMatch(note -> note.contains("weaker"));
      assertThat(second.writes()).isZero();
      assertThat(after.health()).as(after.render()).isEqualTo(Health.HEALTHY);
      assertThat(after.checks().with(CheckStatus.SKIPPED)).as(after.render()).isEmpty();
      assertThat(repair.succeeded()).as(repair.render()).isTrue();
      assertThat(repair.before().unseen()).isEmpty();
    }
  }

  @Test
  void repair_underTheRoleWithoutARelease_mendsTheIncident() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(5).start()) {
      cluster.objects().apply(SmallRelease.yaml());
      Scenes.relabel(cluster, Map.of());
      ClusterUser user =
          Scenes.user(cluster, "mender", ClusterRoles.yaml(ClusterRoles.repairing()));
      OpenKruiseInstaller installer = SmallInstallers.withoutRelease(cluster, user).build();

      RepairReport repair = installer.repair();

      assertThat(repair.succeeded()).as(repair.render()).isTrue();
      assertThat(repair.before().unseen()).isEmpty();
      assertThat(installer.diagnose().diagnoses()).isEmpty();
    }
  }
}
