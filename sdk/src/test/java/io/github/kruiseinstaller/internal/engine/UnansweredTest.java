package io.github.kruiseinstaller.internal.engine;

import static io.github.kruiseinstaller.internal.engine.SimulatedManager.DEPLOYMENT;
import static io.github.kruiseinstaller.internal.engine.SimulatedManager.MUTATING;
import static io.github.kruiseinstaller.internal.engine.SimulatedManager.NAMESPACE;
import static io.github.kruiseinstaller.internal.engine.SimulatedManager.VALIDATING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.cluster.FakeCluster;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.webhook.WebhookConfigurations;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.RetryPolicy;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.RepairFailedException;
import io.github.kruiseinstaller.uninstall.UninstallFailedException;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API server gives no answer in time: to what OpenKruise's webhooks see, or others'. */
class UnansweredTest {
  private static final Set<String> PODS_AND_CLONE_SETS = Set.of("Pod", "CloneSet");
  private static final String PODS = "{\"apiGroups\":[\"\"],\"resources\":[\"pods\"]";
  private static final String EVERYTHING = "{\"apiGroups\":[\"*\"],\"resources\":[\"*\"]";

  private final FakeCluster cluster = new FakeCluster();

  @BeforeEach
  void install() {
    new SimulatedManager(cluster).healthy(true);
    engine().install(new Run(), null);
    assertThat(isArmed()).isTrue();
  }

  @Test
  void repair_whenWebhooksOfOthersAreNotAskedAboutThePod_disarmsAndNamesTheCause() {
    aManagerThatIsReady();
    others("Mutating", PODS, ",\"objectSelector\":{\"matchLabels\":{\"inject\":\"true\"}}");
    others(
        "Validating",
        PODS,
        ",\"timeoutSeconds\":3,\"objectSelector\":{\"matchExpressions\":[{\"key\":\"kruise-installer.github.io/probe-1\",\"operator\":\"Exists\"}]}");
    nobodyAnswers(PODS_AND_CLONE_SETS);

    RepairFailedException failed =
        catchThrowableOfType(RepairFailedException.class, () -> engine().repair(new Run(), null));

    assertThat(codes(failed.report().before().diagnoses())).contains(DiagnosisCode.PORT_BLOCKED);
    assertThat(failed.report().succeeded()).isFalse();
    assertThat(isArmed()).isFalse();
  }

  @Test
  void diagnose_whenOthersCannotTakeThatLong_namesTheCause() {
    aManagerThatIsReady();
    others("Validating", EVERYTHING, ",\"timeoutSeconds\":10");
    nobodyAnswers(PODS_AND_CLONE_SETS);

    assertThat(diagnosed()).contains(DiagnosisCode.PORT_BLOCKED);
  }

  @Test
  void diagnose_whenOthersAreAskedAboutPodsAlone_isToldByTheCloneSet() {
    aManagerThatIsReady();
    others("Validating", PODS, ",\"timeoutSeconds\":30");
    nobodyAnswers(PODS_AND_CLONE_SETS);

    assertThat(diagnosed()).contains(DiagnosisCode.PORT_BLOCKED);
  }

  @Test
  void planRepair_whenOthersMayBeToBlameForAllOfIt_blamesNobodyAndDisarmsAllTheSame() {
    aManagerThatIsReady();
    others("Validating", EVERYTHING, ",\"timeoutSeconds\":30");
    nobodyAnswers(PODS_AND_CLONE_SETS);

    InstallPlan plan = engine().planRepair(new Run());

    assertThat(diagnosed()).doesNotContain(DiagnosisCode.PORT_BLOCKED);
    assertThat(plan.stage(Stage.DISARM)).isPresent();
    assertThat(plan.stage(Stage.PROVE)).isPresent();
  }

  @Test
  void planRepair_whenOthersExplainThePodAndTheManagerAnswersForTheCloneSet_leavesItArmed() {
    aManagerThatIsReady();
    others("Mutating", PODS, ",\"timeoutSeconds\":30");
    nobodyAnswers(Set.of("Pod"));

    InstallPlan plan = engine().planRepair(new Run());

    assertThat(diagnosed()).doesNotContain(DiagnosisCode.PORT_BLOCKED);
    assertThat(plan.stage(Stage.DISARM)).isEmpty();
  }

  @Test
  void planUninstall_whenNobodyAnswers_disarmsBeforeCustomResourcesGo() {
    cluster.put(
        Manifest.parseJson(
            "{\"apiVersion\":\"apps.kruise.io/v1alpha1\",\"kind\":\"CloneSet\",\"metadata\":{\"name\":\"web\",\"namespace\":\"default\"}}"));
    UninstallOptions options = UninstallOptions.defaults().deleteCustomResources();
    assertThat(stages(options)).startsWith(Stage.CUSTOM_RESOURCES, Stage.DISARM, Stage.ADMIT);

    nobodyAnswers(PODS_AND_CLONE_SETS);
    assertThat(stages(options)).startsWith(Stage.DISARM, Stage.ADMIT, Stage.CUSTOM_RESOURCES);
  }

  @Test
  void planUninstall_whenNobodyAnswersForCustomResources_disarmsBeforeTheyGo() {
    cluster.put(
        Manifest.parseJson(
            "{\"apiVersion\":\"apps.kruise.io/v1alpha1\",\"kind\":\"CloneSet\",\"metadata\":{\"name\":\"web\",\"namespace\":\"default\"}}"));
    nobodyAnswers(Set.of("CloneSet"));

    assertThat(stages(UninstallOptions.defaults().deleteCustomResources()))
        .startsWith(Stage.DISARM, Stage.ADMIT, Stage.CUSTOM_RESOURCES);
  }

  @Test
  void uninstall_whenOthersHoldUpEveryPod_saysThatItCannotBeShownAndGoesOn() {
    others("Validating", PODS, ",\"timeoutSeconds\":10");
    holdUp(Duration.ofSeconds(20));

    UninstallReport report = uninstall();

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(report.run().stages())
        .flatExtracting(outcome -> outcome.notes())
        .anyMatch(note -> note.startsWith("not shown that the webhooks are silent"));
    assertThat(cluster.peek(DEPLOYMENT)).isEmpty();
  }

  @Test
  void uninstall_whenThereIsNoAnswerAndNobodyElseIsAsked_leavesTheManager() {
    holdUp(Duration.ofSeconds(5));

    UninstallFailedException failed =
        catchThrowableOfType(UninstallFailedException.class, this::uninstall);

    assertThat(failed.failure().code()).isEqualTo(FailureCode.PROOF_FAILED);
    assertThat(failed.failure().message()).contains("no answer").doesNotContain("still calls");
    assertThat(cluster.peek(DEPLOYMENT)).isPresent();
  }

  private UninstallReport uninstall() {
    return engine().uninstall(new Run(), UninstallOptions.defaults(), null);
  }

  private List<Stage> stages(UninstallOptions options) {
    return engine().planUninstall(new Run(), options).changes().stages().stream()
        .map(PlannedStage::stage)
        .toList();
  }

  private List<DiagnosisCode> diagnosed() {
    return codes(engine().diagnose(new Run()).diagnoses());
  }

  private static List<DiagnosisCode> codes(List<Diagnosis> diagnoses) {
    return diagnoses.stream().map(Diagnosis::code).toList();
  }

  /** Dry runs of these kinds are not answered in time as long as the webhooks are armed. */
  private void nobodyAnswers(Set<String> kinds) {
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("probe") && kinds.contains(ref.kind()) && isArmed()) {
            throw new DeadlineException("the deadline passed during " + verb, null);
          }
          return Optional.empty();
        });
  }

  /** A Pod is not answered for so long, whether the webhooks are armed or not. */
  private void holdUp(Duration duration) {
    cluster.onRequest(
        (verb, ref, body, dryRun) -> {
          if (verb.equals("probe") && ref.kind().equals("Pod")) {
            cluster.time().pass(duration);
            throw FakeCluster.refusal("probe", ref, ClusterException.NO_ANSWER, "", "timeout");
          }
          return Optional.empty();
        });
  }

  /** A webhook configuration of somebody else. */
  private void others(String kind, String rule, String more) {
    cluster.put(
        Manifest.parseJson(
            "{\"apiVersion\":\"admissionregistration.k8s.io/v1\",\"kind\":\"%sWebhookConfiguration\",\"metadata\":{\"name\":\"others\"},\"webhooks\":[{\"name\":\"others.example.com\",\"rules\":[%s,\"apiVersions\":[\"*\"],\"operations\":[\"*\"]}]%s}]}"
                .formatted(kind, rule, more)));
  }

  private void aManagerThatIsReady() {
    Manifest deployment = cluster.peek(DEPLOYMENT).orElseThrow();
    cluster.put(
        Manifest.of(
            Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Pod",
                "metadata",
                Map.of(
                    "name",
                    "kruise-controller-manager-1",
                    "namespace",
                    NAMESPACE,
                    "labels",
                    deployment.map("spec", "selector", "matchLabels")),
                "status",
                Map.of("conditions", List.of(Map.of("type", "Ready", "status", "True"))))));
  }

  private boolean isArmed() {
    return isArmed(MUTATING) || isArmed(VALIDATING);
  }

  private boolean isArmed(ObjectRef configuration) {
    return cluster.peek(configuration).filter(WebhookConfigurations::isArmed).isPresent();
  }

  private Engine engine() {
    Settings settings =
        new Settings(
            ReleaseSource.classpath(
                "io/github/kruiseinstaller/testing/small-release.yaml",
                UnansweredTest.class.getClassLoader()),
            null,
            List.of(),
            List.of(),
            Duration.ofMinutes(5),
            RetryPolicy.defaults(),
            3,
            Duration.ofSeconds(30),
            PruneOptions.defaults(),
            null);
    return new Engine(() -> new Fixed(cluster), settings, cluster.time());
  }

  /** A cluster that needs no connection. */
  private record Fixed(FakeCluster cluster) implements Clusters {
    @Override
    public Cluster bind(RunControl control) {
      return cluster;
    }

    @Override
    public void close() {}
  }
}
