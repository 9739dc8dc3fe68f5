package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.RepairFailedException;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each cause is mended, or left to a person with the cluster admitting Pods. */
class RepairTest {
  private static final String MASTERS = "system:masters";
  private static final ReleaseSource RELEASE =
      ReleaseSource.manifests(SmallRelease.yaml(), "small release");
  private static final String KEPT = "kruise-installer.github.io/armed-webhooks";

  @RegisterExtension
  final SimulatedClusterExtension clusters =
      SimulatedClusterExtension.of(SimulatedCluster.builder().speed(20));

  @ParameterizedTest(name = "{0}")
  @MethodSource("mended")
  void repair_whenTheCauseCanBeMended_mendsItAndNothingElse(
      String what,
      Consumer<Damage> damage,
      DiagnosisCode cause,
      boolean refused,
      SimulatedCluster cluster) {
    Map<String, Object> healthy = installed(cluster);
    damage.accept(new Damage(cluster));
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));

    RepairReport report = repairer(cluster).listener(timeline).build().repair();

    timeline.look("after");
    assertThat(report.before().diagnoses()).as(report.render()).isNotEmpty();
    assertThat(codes(report.before().diagnoses())).as(report.render()).contains(cause);
    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(timeline.startedRefused()).isEqualTo(refused);
    assertThat(timeline.wrong()).as(report.render()).isEmpty();
    assertThat(ClusterState.of(cluster)).isEqualTo(healthy);
    RepairReport again = repairer(cluster).build().repair();
    assertThat(again.before().diagnoses()).as(again.render()).isEmpty();
    assertThat(again.run().writes()).isZero();
  }

  static Stream<Arguments> mended() {
    return Stream.of(
        mended(
            "label", Damage::loseTheLabelWithoutManager, DiagnosisCode.OWN_NAMESPACE_INTERCEPTED),
        mended("scale", Damage::scaleToZero, DiagnosisCode.MANAGER_SCALED_TO_ZERO),
        mended("no Service", Damage::deleteTheService, DiagnosisCode.SERVICE_MISSING),
        mended("selector", Damage::selectNobody, DiagnosisCode.SERVICE_SELECTS_NOTHING),
        mended("port", Damage::sendToAnotherPort, DiagnosisCode.SERVICE_PORT_WRONG),
        mended(
            "CA",
            damage -> {
              damage.scaleToZero();
              damage.carryAnotherAuthority();
            },
            DiagnosisCode.CA_BUNDLE_STALE),
        mended(
            "Secret",
            damage -> {
              damage.scaleToZero();
              damage.emptyTheSecret();
            },
            DiagnosisCode.CERTIFICATE_MISSING),
        Arguments.of(
            "template",
            (Consumer<Damage>) Damage::breakTheTemplate,
            DiagnosisCode.TEMPLATE_BROKEN,
            false));
  }

  private static Arguments mended(String what, Consumer<Damage> damage, DiagnosisCode cause) {
    return Arguments.of(what, damage, cause, true);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("left")
  void repair_whenOnlyAPersonCanMend_disarmsAndSaysSo(
      String what, Consumer<Damage> damage, DiagnosisCode cause, SimulatedCluster cluster) {
    installed(cluster);
    damage.accept(new Damage(cluster));
    Map<String, Object> damaged = ClusterState.of(cluster);
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));

    RepairFailedException failed =
        catchThrowableOfType(
            RepairFailedException.class,
            () -> repairer(cluster).listener(timeline).build().repair());

    timeline.look("after");
    String text = failed.report().render();
    assertThat(codes(failed.report().left())).as(text).contains(cause);
    assertThat(failed.report().succeeded()).isFalse();
    assertThat(failed.failure().remedy()).isNotBlank();
    assertThat(timeline.startedRefused()).isTrue();
    assertThat(timeline.wrong()).as(text).isEmpty();
    assertThat(failed.report().run().writes()).as(text).isEqualTo(2);
    for (String configuration : List.of("Mutating", "Validating")) {
      assertThat(armed(cluster, configuration)).isEmpty();
      assertThat(annotations(cluster, configuration)).contains(KEPT);
    }
    if (cluster.objects().get("v1", "Namespace", "", Damage.NAMESPACE).isPresent()
        && cause != DiagnosisCode.NAMESPACE_TERMINATING) {
      assertThat(withoutConfigurations(ClusterState.of(cluster)))
          .isEqualTo(withoutConfigurations(damaged));
    }
  }

  static Stream<Arguments> left() {
    return Stream.of(
        left("crash", Damage::crash, DiagnosisCode.CONTAINER_CRASHING),
        left("image", Damage::nameAnImageThatDoesNotExist, DiagnosisCode.IMAGE_PULL_FAILED),
        left("node", Damage::noNodeFits, DiagnosisCode.UNSCHEDULABLE),
        left("terminating", Damage::terminateTheNamespace, DiagnosisCode.NAMESPACE_TERMINATING),
        left("namespace", Damage::deleteTheNamespace, DiagnosisCode.NAMESPACE_MISSING));
  }

  private static Arguments left(String what, Consumer<Damage> damage, DiagnosisCode cause) {
    return Arguments.of(what, damage, cause);
  }

  @Test
  void repair_whenAPersonHasMendedTheRest_armsFromTheListThatWasKept(SimulatedCluster cluster) {
    Map<String, Object> healthy = installed(cluster);
    new Damage(cluster).crash();
    assertThat(
            catchThrowableOfType(
                RepairFailedException.class, () -> repairer(cluster).build().repair()))
        .isNotNull();
    cluster.workloads().mend();
    new Damage(cluster).awaitManagers();
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));

    RepairReport report = repairer(cluster).listener(timeline).build().repair();

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(timeline.wrong()).isEmpty();
    assertThat(ClusterState.of(cluster)).isEqualTo(healthy);
  }

  @Test
  void repair_whenAPersonHasEmptiedTheListsButNotTheTemplates_keepsTheManagerFromArming(
      SimulatedCluster cluster) {
    Map<String, Object> healthy = installed(cluster);
    Damage damage = new Damage(cluster);
    damage.crash();
    damage.emptyTheListsButNotTheTemplates();
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));

    RepairFailedException failed =
        catchThrowableOfType(
            RepairFailedException.class,
            () -> repairer(cluster).listener(timeline).build().repair());

    String text = failed.report().render();
    assertThat(codes(failed.report().left())).as(text).contains(DiagnosisCode.CONTAINER_CRASHING);
    assertThat(failed.report().run().writes()).as(text).isEqualTo(2);
    assertThat(annotations(cluster, "Mutating")).contains("template=[]").contains(KEPT);
    assertThat(annotations(cluster, "Validating")).contains("template=[]").contains(KEPT);
    cluster.workloads().mend();
    damage.awaitManagers();
    timeline.look("the manager is back");
    assertThat(armed(cluster, "Mutating")).isEmpty();
    assertThat(repairer(cluster).listener(timeline).build().repair().succeeded()).isTrue();
    assertThat(timeline.startedRefused()).isFalse();
    assertThat(timeline.wrong()).isEmpty();
    assertThat(ClusterState.of(cluster)).isEqualTo(healthy);
  }

  @Test
  void repair_whenPacketsAreDropped_disarmsAndLeavesTheFirewallToAPerson(SimulatedCluster cluster) {
    installed(cluster);
    cluster.dropPacketsTo(Damage.NAMESPACE);

    RepairFailedException failed =
        catchThrowableOfType(RepairFailedException.class, () -> repairer(cluster).build().repair());

    assertThat(codes(failed.report().left()))
        .as(failed.report().render())
        .contains(DiagnosisCode.PORT_BLOCKED);
    assertThat(cluster.bystander("elsewhere").refusals()).isEmpty();
    cluster.freeTheWayTo(Damage.NAMESPACE);
    assertThat(repairer(cluster).build().repair().succeeded()).isTrue();
    assertThat(armed(cluster, "Mutating")).isNotEmpty();
  }

  /** The webhooks' time-outs are longer here than a diagnosis has patience. */
  @Test
  void repair_whenPacketsAreDroppedBesideWebhooksOfOthers_disarmsAllTheSame() {
    try (SimulatedCluster cluster = SimulatedCluster.builder().speed(2.5).start()) {
      installed(cluster);
      cluster
          .objects()
          .apply(
              """
              apiVersion: admissionregistration.k8s.io/v1
              kind: MutatingWebhookConfiguration
              metadata: {name: istio-sidecar-injector}
              webhooks:
                - name: object.sidecar-injector.istio.io
                  clientConfig: {service: {name: istiod, namespace: istio-system, path: /inject}}
                  rules:
                    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
                  objectSelector: {matchLabels: {sidecar.istio.io/inject: "true"}}
                  sideEffects: None
                  admissionReviewVersions: [v1]
                  timeoutSeconds: 30
              """);
      cluster.dropPacketsTo(Damage.NAMESPACE);

      RepairFailedException failed =
          catchThrowableOfType(
              RepairFailedException.class, () -> repairer(cluster).build().repair());

      assertThat(codes(failed.report().left()))
          .as(failed.report().render())
          .contains(DiagnosisCode.PORT_BLOCKED);
      assertThat(armed(cluster, "Mutating")).isEmpty();
      assertThat(armed(cluster, "Validating")).isEmpty();
      assertThat(cluster.bystander("elsewhere").refusals()).isEmpty();
    }
  }

  @Test
  void repair_whenWhatIsLeftPassesMeanwhile_leavesNothing(SimulatedCluster cluster) {
    installed(cluster);
    Damage damage = new Damage(cluster);
    damage.crashDaemons();
    damage.scaleToZero();

    RepairReport report =
        repairer(cluster)
            .listener(
                event -> {
                  if (event instanceof InstallEvent.StageStarted started
                      && started.stage() == Stage.ROLLOUT) {
                    damage.mendDaemons();
                  }
                })
            .build()
            .repair();

    assertThat(report.before().diagnoses()).as(report.render()).hasSizeGreaterThan(1);
    assertThat(report.left()).as(report.render()).isEmpty();
    assertThat(report.succeeded()).isTrue();
  }

  @Test
  void repair_whenWhatIsLeftStays_saysSo(SimulatedCluster cluster) {
    installed(cluster);
    new Damage(cluster).crashDaemons();

    RepairReport report = repairer(cluster).build().repair();

    assertThat(report.left()).as(report.render()).isNotEmpty();
    assertThat(report.succeeded()).isFalse();
    assertThat(report.run().writes()).isZero();
  }

  @Test
  void repair_whenNothingIsTheMatter_writesNothing(SimulatedCluster cluster) {
    Map<String, Object> healthy = installed(cluster);

    RepairReport report = repairer(cluster).build().repair();

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(report.run().writes()).isZero();
    assertThat(repairer(cluster).build().planRepair().isNoOp()).isTrue();
    assertThat(ClusterState.of(cluster)).isEqualTo(healthy);
  }

  @Test
  void repair_whenAConfigurationIsDeletedAndNobodyKnowsItsList_leavesItToAPerson(
      SimulatedCluster cluster) {
    installed(cluster);
    new Damage(cluster).deleteTheMutatingConfiguration();

    RepairFailedException failed =
        catchThrowableOfType(RepairFailedException.class, () -> repairer(cluster).build().repair());

    assertThat(codes(failed.report().left())).contains(DiagnosisCode.CONFIGURATION_MISSING);
    assertThat(failed.report().run().writes()).isZero();
    assertThat(cluster.bystander("elsewhere").refusals()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mendedWithRelease")
  void repair_whenAReleaseIsAtHand_takesFromItWhatIsMissing(
      String what, Consumer<Damage> damage, DiagnosisCode cause, SimulatedCluster cluster) {
    Map<String, Object> healthy = installed(cluster);
    damage.accept(new Damage(cluster));
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));

    RepairReport report = repairer(cluster).release(RELEASE).listener(timeline).build().repair();

    timeline.look("after");
    assertThat(codes(report.before().diagnoses())).as(report.render()).contains(cause);
    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(timeline.wrong()).as(report.render()).isEmpty();
    if (cause == DiagnosisCode.NAMESPACE_MISSING) {
      // The record of the inventory went with the namespace; the next installation writes it.
      assertThat(repairer(cluster).release(RELEASE).build().install().succeeded()).isTrue();
    }
    assertThat(ClusterState.of(cluster)).isEqualTo(healthy);
  }

  static Stream<Arguments> mendedWithRelease() {
    return Stream.of(
        left(
            "configuration",
            Damage::deleteTheMutatingConfiguration,
            DiagnosisCode.CONFIGURATION_MISSING),
        left("definition", Damage::deleteADefinition, DiagnosisCode.DEFINITION_MISSING),
        left("namespace", Damage::deleteTheNamespace, DiagnosisCode.NAMESPACE_MISSING),
        left("selector", Damage::selectNobody, DiagnosisCode.SERVICE_SELECTS_NOTHING),
        left("Service", Damage::deleteTheService, DiagnosisCode.SERVICE_MISSING),
        left("scale", Damage::scaleToZero, DiagnosisCode.MANAGER_SCALED_TO_ZERO));
  }

  @Test
  void repair_whenTheReleaseCannotBeHad_worksFromTheCluster(SimulatedCluster cluster) {
    installed(cluster);
    new Damage(cluster).scaleToZero();

    OpenKruiseInstaller installer =
        repairer(cluster)
            .release(ReleaseSource.manifests("kind: Nonsense", "nothing of use"))
            .build();

    assertThat(installer.planRepair().warnings())
        .anyMatch(warning -> warning.contains("the release cannot be had"));
    assertThat(installer.repair().succeeded()).isTrue();
  }

  @Test
  void repair_ofAPlanThatTheClusterHasLeftBehind_writesNothing(SimulatedCluster cluster) {
    installed(cluster);
    Damage damage = new Damage(cluster);
    damage.scaleToZero();
    InstallPlan plan = repairer(cluster).build().planRepair();
    assertThat(plan.stage(Stage.DISARM)).isPresent();
    cluster.objects().delete("v1", "Service", Damage.NAMESPACE, Damage.SERVICE);

    RepairFailedException failed =
        catchThrowableOfType(
            RepairFailedException.class, () -> repairer(cluster).build().repair(plan));

    assertThat(failed.failure().code()).isEqualTo(FailureCode.PLAN_STALE);
    assertThat(failed.report().run().writes()).isZero();
    InstallPlan now = repairer(cluster).build().planRepair();
    assertThat(repairer(cluster).build().repair(now).succeeded()).isTrue();
  }

  @Test
  void repair_whenCancelledBeforeTheManagerIsBack_leavesTheClusterAdmitting(
      SimulatedCluster cluster) {
    installed(cluster);
    new Damage(cluster).scaleToZero();
    cluster.workloads().neverReady("*kruise-manager:*");
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));
    CompletableFuture<Operation<RepairReport>> run = new CompletableFuture<>();
    OpenKruiseInstaller installer =
        repairer(cluster)
            .listener(timeline)
            .listener(
                event -> {
                  if (event instanceof InstallEvent.StageStarted started
                      && started.stage() == Stage.ROLLOUT) {
                    run.join().cancel();
                  }
                })
            .build();

    run.complete(installer.startRepair());
    RepairFailedException failed =
        catchThrowableOfType(RepairFailedException.class, () -> run.join().join());

    timeline.look("after");
    assertThat(failed.failure().code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(failed.failure().stage()).isEqualTo(Stage.ROLLOUT);
    assertThat(failed.report().left()).isNotEmpty();
    assertThat(timeline.startedRefused()).isTrue();
    assertThat(timeline.wrong()).isEmpty();
  }

  @Test
  void repair_whenTheManagersDeploymentCannotBeSeen_disarmsAndSaysSo(SimulatedCluster cluster) {
    installed(cluster);
    new Damage(cluster).scaleToZero();
    cluster
        .faults()
        .add(
            FaultRule.when()
                .verb("list")
                .resource("deployments.apps")
                .then(
                    Fault.Answer.status(403, "Forbidden", "deployments are nobody's business", 0)));
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));

    RepairFailedException failed =
        catchThrowableOfType(
            RepairFailedException.class,
            () -> repairer(cluster).listener(timeline).build().repair());

    timeline.look("after");
    assertThat(failed.failure().code()).isEqualTo(FailureCode.NOT_REPAIRABLE);
    assertThat(failed.failure().message()).contains("Deployment").contains("could not be seen");
    assertThat(failed.failure().evidence()).anyMatch(line -> line.contains("nobody's business"));
    assertThat(timeline.startedRefused()).isTrue();
    assertThat(timeline.wrong()).isEmpty();
    assertThat(armed(cluster, "Mutating")).isEmpty();
    assertThat(failed.report().run().writes()).isEqualTo(2);
  }

  @Test
  void repair_whenThePermissionToMendIsMissing_disarmsAllTheSame(SimulatedCluster cluster) {
    installed(cluster);
    new Damage(cluster).scaleToZero();
    cluster
        .objects()
        .apply(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata:
              name: may-disarm
            rules:
              - apiGroups: ["*"]
                resources: ["*"]
                verbs: [get, list, watch]
              - apiGroups: [admissionregistration.k8s.io]
                resources: ["*"]
                verbs: [create, update, delete]
              - apiGroups: [""]
                resources: [pods]
                verbs: [create]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata:
              name: may-disarm
            roleRef:
              apiGroup: rbac.authorization.k8s.io
              kind: ClusterRole
              name: may-disarm
            subjects:
              - kind: User
                name: restricted
                apiGroup: rbac.authorization.k8s.io
            """);
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));

    RepairFailedException failed =
        catchThrowableOfType(
            RepairFailedException.class,
            () ->
                SmallInstallers.withoutRelease(cluster, cluster.user("restricted"))
                    .listener(timeline)
                    .build()
                    .repair());

    timeline.look("after");
    assertThat(failed.failure().code()).isEqualTo(FailureCode.PERMISSION_DENIED);
    assertThat(failed.failure().evidence()).anyMatch(line -> line.contains("patch Deployment"));
    assertThat(failed.failure().message()).contains("switched off");
    assertThat(timeline.startedRefused()).isTrue();
    assertThat(timeline.wrong()).isEmpty();
    assertThat(armed(cluster, "Mutating")).isEmpty();
  }

  private static Map<String, Object> installed(SimulatedCluster cluster) {
    cluster.bystander("elsewhere");
    SmallInstallers.plain(cluster, cluster.user("earlier", MASTERS)).proofs(1).build().install();
    return ClusterState.of(cluster);
  }

  private static OpenKruiseInstaller.Builder repairer(SimulatedCluster cluster) {
    return SmallInstallers.withoutRelease(cluster, cluster.user("repairer", MASTERS));
  }

  private static List<DiagnosisCode> codes(List<Diagnosis> diagnoses) {
    return diagnoses.stream().map(Diagnosis::code).toList();
  }

  private static List<?> armed(SimulatedCluster cluster, String which) {
    return Optional.ofNullable((List<?>) configuration(cluster, which).get("webhooks"))
        .orElse(List.of());
  }

  private static String annotations(SimulatedCluster cluster, String which) {
    return String.valueOf(configuration(cluster, which).get("metadata"));
  }

  private static Map<String, Object> configuration(SimulatedCluster cluster, String which) {
    return cluster
        .objects()
        .get(
            "admissionregistration.k8s.io/v1",
            which + "WebhookConfiguration",
            "",
            which.equals("Mutating") ? Damage.MUTATING : Damage.VALIDATING)
        .orElseThrow();
  }

  private static Map<String, Object> withoutConfigurations(Map<String, Object> state) {
    Map<String, Object> rest = new java.util.TreeMap<>(state);
    rest.keySet().removeIf(key -> key.contains("WebhookConfiguration"));
    return rest;
  }
}
