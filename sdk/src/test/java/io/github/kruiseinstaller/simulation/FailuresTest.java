package io.github.kruiseinstaller.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.cluster.Connection;
import io.github.kruiseinstaller.internal.engine.ConnectedClusters;
import io.github.kruiseinstaller.internal.engine.Engine;
import io.github.kruiseinstaller.internal.engine.Run;
import io.github.kruiseinstaller.internal.engine.Settings;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallFailedException;
import io.github.kruiseinstaller.testkit.ApiRefusal;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Effect;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What goes wrong in clusters, as a caller hears of it: every time the cause with its evidence and
 * what to do, webhooks that match nothing, nobody refused, and a second run that succeeds once the
 * cause is gone.
 */
class FailuresTest {
  private static final String NAMESPACE = Plight.NAMESPACE;
  private static final ObjectRef MANAGER =
      ObjectRef.namespaced("apps/v1", "Deployment", NAMESPACE, "kruise-controller-manager");

  private static final Duration LIMIT = Duration.ofMinutes(5);

  private SimulatedCluster cluster;
  private ClusterUser user;
  private final List<InstallEvent> said = new CopyOnWriteArrayList<>();
  private Vigil vigil;

  @BeforeEach
  void start() {
    cluster = Trial.cluster();
    user = cluster.user("installer", "system:masters");
    vigil = new Vigil(cluster, cluster.bystander("elsewhere"));
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void imageMissing_isNamedWithTheRegistrysWords() {
    cluster.workloads().pullFails(Plight.IMAGES, "failed to resolve reference: not found");

    Failure failure =
        failsInTheEnd(FailureCode.IMAGE_PULL_FAILED, Stage.ROLLOUT, podsShow("ImagePull"));

    assertThat(failure.object()).isNotNull();
    assertThat(failure.object().kind()).isEqualTo("Pod");
    assertThat(failure.evidence()).anyMatch(line -> line.contains("failed to resolve reference"));
    assertThat(failure.remedy()).contains("registry");
    succeedsOnce(cluster.workloads()::mend);
  }

  @Test
  void crashLoop_showsTheLastWordsOfTheManager() {
    cluster.workloads().crash(Plight.IMAGES, 2, "flag provided but not defined: -gatez");

    Failure failure =
        failsInTheEnd(FailureCode.CONTAINER_CRASHING, Stage.ROLLOUT, podsShow("CrashLoopBackOff"));

    assertThat(failure.evidence()).anyMatch(line -> line.contains("not defined: -gatez"));
    assertThat(failure.message()).contains("2");
    assertThat(failure.remedy()).contains("log");
    succeedsOnce(cluster.workloads()::mend);
  }

  @Test
  void unschedulable_saysWhyNoNodeTakesThePods() {
    cluster.workloads().unschedulable(NAMESPACE, "1 Insufficient memory");

    Failure failure =
        failsInTheEnd(FailureCode.UNSCHEDULABLE, Stage.ROLLOUT, podsShow("Unschedulable"));

    assertThat(failure.evidence()).anyMatch(line -> line.contains("1 Insufficient memory"));
    assertThat(failure.remedy()).contains("node");
    succeedsOnce(cluster.workloads()::mend);
  }

  @Test
  void quota_thatRefusesThePods_isNamed() {
    cluster.objects().apply(SmallNamespace.LABELLED);
    cluster
        .objects()
        .apply(
            "{apiVersion: v1, kind: ResourceQuota, metadata: {name: none, namespace:"
                + " kruise-system}, spec: {hard: {pods: '0'}}}");

    Failure failure =
        failsInTheEnd(FailureCode.PODS_NOT_CREATED, Stage.ROLLOUT, this::podsAreRefused);

    assertThat(failure.object()).isEqualTo(MANAGER);
    assertThat(failure.evidence()).anyMatch(line -> line.contains("exceeded quota: none"));
    assertThat(failure.remedy()).contains("quota");
    succeedsOnce(() -> cluster.objects().delete("v1", "ResourceQuota", NAMESPACE, "none"));
  }

  @Test
  void policy_thatRefusesThePods_isNamed() {
    cluster.objects().apply(SmallNamespace.RESTRICTED);

    Failure failure =
        failsInTheEnd(FailureCode.PODS_NOT_CREATED, Stage.ROLLOUT, this::podsAreRefused);

    assertThat(failure.object()).isEqualTo(MANAGER);
    assertThat(failure.evidence()).anyMatch(line -> line.contains("violates PodSecurity"));
    assertThat(failure.remedy()).contains("policy");
    succeedsOnce(() -> cluster.objects().apply(SmallNamespace.LABELLED));
  }

  @Test
  void unlabelledNamespace_isHealed() {
    cluster.objects().apply(Plight.UNLABELLED);

    assertThat(installer().install().succeeded()).isTrue();

    assertThat(String.valueOf(cluster.objects().get("v1", "Namespace", "", NAMESPACE)))
        .contains("control-plane=openkruise");
    nobodyWasRefused();
  }

  @Test
  void foreignWebhook_thatIsDead_isNamed() {
    cluster
        .objects()
        .apply(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: guard}
            webhooks:
              - name: deployments.guard.example
                admissionReviewVersions: [v1]
                sideEffects: None
                failurePolicy: Fail
                clientConfig: {service: {name: guard, namespace: guard, path: /}}
                rules:
                  - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}
            """);

    Failure failure =
        failsInTheEnd(
            FailureCode.FOREIGN_WEBHOOK_FAILED,
            Stage.MANAGER,
            () -> deploymentIsRefused() && shows("apps/v1", "DaemonSet", "kruise-daemon"));

    assertThat(failure.object()).isEqualTo(MANAGER);
    assertThat(failure.evidence()).anyMatch(line -> line.contains("deployments.guard.example"));
    assertThat(failure.remedy()).contains("webhook server");
    succeedsOnce(
        () ->
            cluster
                .objects()
                .delete(
                    "admissionregistration.k8s.io/v1",
                    "ValidatingWebhookConfiguration",
                    "",
                    "guard"));
  }

  @Test
  void missingPermissions_areAllNamedBeforeAnythingIsWritten() {
    user = cluster.user("limited");
    cluster.objects().apply(Permissions.ALL_BUT_TWO);

    Failure failure = fails(FailureCode.PERMISSION_DENIED, Stage.PLAN);

    assertThat(failure.evidence())
        .containsExactlyInAnyOrder(
            "patch Deployment (apps) kruise-controller-manager in namespace kruise-system",
            "create DaemonSet (apps) in namespace kruise-system");
    assertThat(failure.remedy()).contains("ClusterRole");
    assertThat(cluster.requests().entries())
        .allSatisfy(entry -> assertThat(entry.effect()).isEqualTo(Effect.NONE));
    succeedsOnce(() -> cluster.objects().apply(Permissions.ALL));
  }

  @Test
  void definition_thatTheApiServerRefuses_isNamed() {
    Customizer twice =
        Customizer.manifest(
            "CustomResourceDefinition",
            "nodeimages.apps.kruise.io",
            definition ->
                definition.edit(
                    tree -> {
                      Map<?, ?> spec = (Map<?, ?>) tree.get("spec");
                      put(((List<?>) spec.get("versions")).get(0), "storage", false);
                    }));

    InstallFailedException thrown =
        catchThrowableOfType(
            InstallFailedException.class, () -> builder().customize(twice).build().install());

    assertThat(thrown).isNotNull();
    Failure failure = thrown.failure();
    assertThat(failure.code()).isEqualTo(FailureCode.OBJECT_REJECTED);
    assertThat(failure.stage()).isEqualTo(Stage.PLAN);
    assertThat(failure.object())
        .isEqualTo(
            ObjectRef.cluster(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "nodeimages.apps.kruise.io"));
    assertThat(failure.evidence()).anyMatch(line -> line.contains("storage"));
    harmedNobody();
    succeedsOnce(() -> {});
  }

  @Test
  void definition_whoseNamesAreTaken_isNamed() {
    cluster.objects().apply(SmallNamespace.NAME_TAKER);

    Failure failure =
        failsInTheEnd(
            FailureCode.CRD_NOT_ESTABLISHED, Stage.CRDS, () -> waitsOnlyBecauseOf("NodeImage"));

    assertThat(failure.object())
        .isEqualTo(
            ObjectRef.cluster(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "nodeimages.apps.kruise.io"));
    assertThat(failure.message()).contains("NodeImage");
    succeedsOnce(
        () ->
            cluster
                .objects()
                .delete(
                    "apiextensions.k8s.io/v1",
                    "CustomResourceDefinition",
                    "",
                    "pictures.apps.kruise.io"));
  }

  @Test
  void definition_whoseNamesAreTaken_isNamedByTheNextRunToo() {
    cluster.objects().apply(SmallNamespace.NAME_TAKER);
    failsInTheEnd(
        FailureCode.CRD_NOT_ESTABLISHED, Stage.CRDS, () -> waitsOnlyBecauseOf("NodeImage"));
    said.clear();

    Failure failure =
        failsInTheEnd(
            FailureCode.CRD_NOT_ESTABLISHED, Stage.CRDS, () -> waitsOnlyBecauseOf("NodeImage"));

    assertThat(failure.message()).contains("nodeimages.apps.kruise.io").contains("NodeImage");
  }

  @Test
  void definition_thatIsBeingDeleted_isNotWaitedFor() {
    String definition =
        Stream.of(BriskRelease.yaml().split("\n---\n", -1))
            .filter(document -> document.contains("name: nodeimages.apps.kruise.io\n"))
            .findFirst()
            .orElseThrow();
    cluster.objects().apply(definition);
    finalizers(List.of("test.example/hold"));
    cluster
        .objects()
        .delete(
            "apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "nodeimages.apps.kruise.io");

    Failure failure = fails(FailureCode.CRD_NOT_ESTABLISHED, Stage.PLAN);

    assertThat(failure.message()).contains("nodeimages.apps.kruise.io is being deleted");
    succeedsOnce(
        () -> {
          finalizers(List.of());
          Eventually.until(
              "the definition is gone",
              () -> Scenes.definition(cluster, "nodeimages.apps.kruise.io").isEmpty());
        });
  }

  private void finalizers(List<String> finalizers) {
    Eventually.until(
        "the finalizers are edited",
        () -> {
          try {
            cluster
                .objects()
                .edit(
                    "apiextensions.k8s.io/v1",
                    "CustomResourceDefinition",
                    "",
                    "nodeimages.apps.kruise.io",
                    definition ->
                        Scenes.child(definition, "metadata").put("finalizers", finalizers));
            return true;
          } catch (ApiRefusal refusal) {
            assertThat(refusal.status()).isEqualTo(409);
            return false;
          }
        });
  }

  @Test
  void namespace_thatIsBeingDeleted_isNotWaitedFor() {
    cluster.objects().apply(SmallNamespace.LABELLED);
    cluster.objects().apply(SmallNamespace.holder("[test.example/hold]"));
    cluster.objects().delete("v1", "Namespace", "", NAMESPACE);

    Failure failure = fails(FailureCode.NAMESPACE_TERMINATING, Stage.PLAN);

    assertThat(failure.object()).isEqualTo(ObjectRef.cluster("v1", "Namespace", NAMESPACE));
    succeedsOnce(
        () -> {
          cluster
              .objects()
              .edit(
                  "v1",
                  "ConfigMap",
                  NAMESPACE,
                  "holder",
                  held -> ((Map<?, ?>) held.get("metadata")).remove("finalizers"));
          SmallNamespace.awaitGone(cluster);
        });
  }

  @Test
  void certificate_thatCannotBeUsed_isNamedAndNothingIsArmed() {
    String garbage = Base64.getEncoder().encodeToString("no certificate".getBytes(UTF_8));
    cluster
        .faults()
        .add(
            FaultRule.when()
                .verb("get")
                .resource("secrets")
                .name("kruise-webhook-certs")
                .then(
                    new Fault.Answer(
                        200,
                        0,
                        "application/json",
                        "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":"
                            + "\"kruise-webhook-certs\",\"namespace\":\"kruise-system\"},"
                            + "\"data\":{\"ca-cert.pem\":\""
                            + garbage
                            + "\"}}")));

    Failure failure = fails(FailureCode.CERTIFICATE_UNUSABLE, Stage.PROVE);

    assertThat(failure.object())
        .isEqualTo(ObjectRef.namespaced("v1", "Secret", NAMESPACE, "kruise-webhook-certs"));
    assertThat(failure.render()).doesNotContain(garbage);
    succeedsOnce(cluster.faults()::clear);
  }

  /** The manager would write the list in the annotation before it can answer, and never could. */
  @Test
  void managerThatWouldArmFromTheAnnotation_isKeptFromIt() {
    installer().install();
    Damage damage = new Damage(cluster);
    damage.scaleToZero();
    damage.emptyTheListsButNotTheTemplates();
    damage.emptyTheSecret();
    vigil = new Vigil(cluster, cluster.bystander("elsewhere"));
    String forbidden =
        BriskRelease.yaml()
            .replace(
                "resources: [customresourcedefinitions]\n    verbs: [get, list, patch,",
                "resources: [customresourcedefinitions]\n    verbs: [get, patch,");

    Failure failure =
        failsInTheEnd(
            forbidden,
            FailureCode.MANAGER_NOT_READY,
            Stage.ROLLOUT,
            // What the manager does right before it looks at the configurations.
            () -> waitsFor("deployments.apps") && shows("v1", "Secret", "ca-cert.pem"));

    assertThat(failure.remedy()).isNotBlank();
    succeedsOnce(() -> {});
  }

  @Test
  void configurationsThatAServingManagerWouldArm_areProvenAndArmed() {
    installer().install();
    Damage damage = new Damage(cluster);
    damage.breakTheTemplate();
    damage.emptyTheListsButNotTheTemplates();
    vigil = new Vigil(cluster, cluster.bystander("elsewhere"));

    InstallPlan plan = installer().plan();

    assertThat(plan.stage(Stage.PARK).orElseThrow().writes()).as(plan.render()).isEqualTo(2);
    assertThat(plan.stage(Stage.PROVE)).as(plan.render()).isPresent();
    succeedsOnce(() -> {});
  }

  /** A run that fails by itself. */
  private Failure fails(FailureCode code, Stage stage) {
    return judged(
        catchThrowableOfType(InstallFailedException.class, () -> installer().install()),
        code,
        stage);
  }

  /** A run whose deadline passes once it waits, and the trouble can be seen in the cluster. */
  private Failure failsInTheEnd(FailureCode code, Stage stage, BooleanSupplier trouble) {
    return failsInTheEnd(BriskRelease.yaml(), code, stage, trouble);
  }

  private Failure failsInTheEnd(
      String release, FailureCode code, Stage stage, BooleanSupplier trouble) {
    HandClock clock = new HandClock();
    Settings settings =
        new Settings(
            ReleaseSource.manifests(release, "small release"),
            null,
            List.of(),
            List.of(vigil, said::add),
            LIMIT,
            SmallInstallers.QUICK,
            3,
            Duration.ofSeconds(30),
            PruneOptions.defaults(),
            null);
    Engine engine =
        new Engine(
            ConnectedClusters.source(() -> Connection.over(SmallInstallers.client(user))),
            settings,
            clock);
    CompletableFuture<?> run = CompletableFuture.runAsync(() -> engine.install(new Run(), null));
    Eventually.until("trouble, or an end", () -> trouble.getAsBoolean() || run.isDone());
    clock.move(LIMIT);
    return judged(catchThrowableOfType(CompletionException.class, run::join), code, stage);
  }

  private Failure judged(@Nullable Throwable thrown, FailureCode code, Stage stage) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    assertThat(cause).isInstanceOf(InstallFailedException.class);
    InstallFailedException failed = (InstallFailedException) cause;
    Failure failure = failed.failure();
    assertThat(failure.code()).as(failure.render()).isEqualTo(code);
    assertThat(failure.stage()).isEqualTo(stage);
    assertThat(failure.remedy()).isNotBlank();
    assertThat(failed.report().failure()).isEqualTo(failure);
    harmedNobody();
    return failure;
  }

  private boolean waitsFor(String resource) {
    return cluster.requests().entries().stream()
        .anyMatch(
            entry ->
                entry.request().verb().equals("watch")
                    && entry.request().resource().equals(resource));
  }

  /** Whether the run has said that it waits for one object only, and why. */
  private boolean waitsOnlyBecauseOf(String text) {
    Map<ObjectRef, String> states = new HashMap<>();
    for (InstallEvent event : said) {
      if (event instanceof InstallEvent.Waiting wait) {
        states.put(wait.object(), wait.state());
      }
    }
    states.values().removeIf("Established"::equals);
    return states.size() == 1 && states.values().iterator().next().contains(text);
  }

  private boolean shows(String apiVersion, String kind, String text) {
    return cluster.objects().list(apiVersion, kind, "").toString().contains(text);
  }

  /** Whether one of the manager's own pods shows it: the daemon's may do so earlier. */
  private BooleanSupplier podsShow(String text) {
    return () ->
        waitsFor("deployments.apps")
            && cluster.objects().list("v1", "Pod", NAMESPACE).stream()
                .filter(pod -> pod.toString().contains("name=" + MANAGER.name() + "-"))
                .anyMatch(pod -> pod.toString().contains(text));
  }

  private boolean deploymentIsRefused() {
    return cluster.requests().entries().stream()
        .anyMatch(
            entry ->
                entry.status() == 500 && entry.request().resource().equals("deployments.apps"));
  }

  private boolean podsAreRefused() {
    return waitsFor("deployments.apps") && shows("apps/v1", "ReplicaSet", "ReplicaFailure");
  }

  private void harmedNobody() {
    assertThat(Armament.isParked(cluster)).as("parked").isTrue();
    nobodyWasRefused();
  }

  private void succeedsOnce(Runnable mended) {
    mended.run();
    assertThat(installer().install().succeeded()).isTrue();
    assertThat(Armament.KINDS)
        .allSatisfy(kind -> assertThat(Armament.of(cluster, kind)).isEqualTo(Armament.ENFORCED));
    assertThat(installer().install().writes()).isZero();
    nobodyWasRefused();
  }

  private void nobodyWasRefused() {
    vigil.look();
    assertThat(vigil.wrongs()).isEmpty();
  }

  private OpenKruiseInstaller installer() {
    return builder().build();
  }

  private OpenKruiseInstaller.Builder builder() {
    return SmallInstallers.of(user)
        .release(ReleaseSource.manifests(BriskRelease.yaml(), "small release"))
        .timeout(LIMIT)
        .listener(vigil);
  }

  @SuppressWarnings("unchecked") // objects are trees of maps with text keys
  private static void put(Object map, String key, Object value) {
    ((Map<String, Object>) map).put(key, value);
  }

  /** What a user may do. */
  private static final class Permissions {
    private static final String BINDING =
        """
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: limited}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: limited}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: limited}]
        """;

    static final String ALL =
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: limited}
        rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
        """
            + BINDING;

    static final String ALL_BUT_TWO =
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: limited}
        rules:
          - apiGroups:
              - ""
              - admissionregistration.k8s.io
              - apiextensions.k8s.io
              - rbac.authorization.k8s.io
              - authorization.k8s.io
            resources: ["*"]
            verbs: ["*"]
          - {apiGroups: [apps], resources: [deployments], verbs: [get, list, watch, create]}
          - {apiGroups: [apps], resources: [daemonsets], verbs: [get, list, watch, patch]}
          - {apiGroups: [apps], resources: [replicasets], verbs: [get, list, watch]}
          - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list]}
          - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update]}
        """
            + BINDING;
  }

  /** What is there beforehand. */
  private static final class SmallNamespace {
    static final String LABELLED =
        "{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system,"
            + " labels: {control-plane: openkruise}}}";
    static final String RESTRICTED =
        "{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system, labels:"
            + " {control-plane: openkruise, pod-security.kubernetes.io/enforce: restricted}}}";
    static final String NAME_TAKER =
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: pictures.apps.kruise.io}
        spec:
          group: apps.kruise.io
          scope: Cluster
          names: {kind: NodeImage, listKind: NodeImageList, plural: pictures, singular: picture}
          versions:
            - {name: v1alpha1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
        """;

    private SmallNamespace() {}

    static String holder(String finalizers) {
      return "{apiVersion: v1, kind: ConfigMap, metadata: {name: holder, namespace: kruise-system,"
          + " finalizers: "
          + finalizers
          + "}}";
    }

    static void awaitGone(SimulatedCluster cluster) {
      Eventually.until(
          "the namespace is gone",
          () -> cluster.objects().get("v1", "Namespace", "", NAMESPACE).isEmpty());
    }
  }
}
