package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.StageStatus;
import io.github.kruiseinstaller.testing.Charts;
import io.github.kruiseinstaller.testkit.ApiRefusal;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import io.github.kruiseinstaller.uninstall.UninstallFailedException;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Installations that others have made, and what stands in the way of their removal. */
class UninstallOfOthersTest {
  private static final String MASTERS = "system:masters";
  private static final String SYSTEM = "kruise-system";
  private static final String EMPTY_SECRET =
      """
      apiVersion: v1
      kind: Secret
      metadata:
        name: kruise-webhook-certs
        namespace: kruise-system
      ---
      """;
  private static final UninstallOptions PLAIN = UninstallOptions.defaults();
  private static final UninstallOptions EVERYTHING =
      PLAIN.deleteCustomResources().removeDefinitions().removeNamespaces();

  @RegisterExtension
  final SimulatedClusterExtension clusters =
      SimulatedClusterExtension.of(SimulatedCluster.builder().speed(5));

  @Test
  void uninstall_ofWhatKubectlApplied_removesAllButTheNamespace(SimulatedCluster cluster) {
    applied(cluster, SmallRelease.yaml());
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));

    UninstallReport report = remover(cluster).listener(timeline).build().uninstall(EVERYTHING);

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(timeline.wrong()).isEmpty();
    new InUse(cluster).assertGone("v1 Namespace", "kruise-system/default");
    assertThat(report.kept())
        .extracting(Object::toString)
        .containsExactly(
            "Namespace kruise-system: it was made by testkit; by hand: kubectl delete namespace"
                + " kruise-system");
    assertThat(remover(cluster).build().uninstall(EVERYTHING).writes()).isZero();
  }

  @Test
  void uninstall_ofAnOfficialRelease_removesAllOfIt(SimulatedCluster cluster) {
    applied(cluster, Charts.rendered("1.8.3"));

    UninstallReport report = remover(cluster).build().uninstall(PLAIN.removeDefinitions());

    assertThat(report.succeeded()).as(report.render()).isTrue();
    new InUse(cluster)
        .assertGone("v1 Namespace", "kruise-system/default", "kruise-daemon-config/default");
  }

  @Test
  void uninstall_withARelease_removesItsObjectsAndWhatTheManagerMade(SimulatedCluster cluster) {
    applied(cluster, SmallRelease.yaml());

    UninstallReport report =
        remover(cluster)
            .release(ReleaseSource.manifests(SmallRelease.yaml(), "small release"))
            .build()
            .uninstall(PLAIN.removeDefinitions());

    assertThat(report.succeeded()).as(report.render()).isTrue();
    new InUse(cluster).assertGone("v1 Namespace", "kruise-system/default");
  }

  @Test
  void uninstall_ofAHelmRelease_removesItsRecordSoThatHelmCannotWipeAnythingLater(
      SimulatedCluster cluster) {
    helmInstalled(cluster, "kruise");

    UninstallReport report = remover(cluster).build().uninstall();

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(records(cluster)).isZero();
    assertThat(remover(cluster).build().uninstall().writes()).isZero();
  }

  @Test
  void uninstall_whenTheHelmRecordIsKept_saysWhatHelmCouldDoWithIt(SimulatedCluster cluster) {
    helmInstalled(cluster, "kruise");

    UninstallReport report = remover(cluster).build().uninstall(PLAIN.keepHelmRecord());

    assertThat(records(cluster)).isEqualTo(1);
    assertThat(report.kept())
        .extracting(Object::toString)
        .anyMatch(
            line ->
                line.startsWith("Secret default/sh.helm.release.v1.kruise.v1: ")
                    && line.contains("helm uninstall would delete"));
    assertThat(remover(cluster).build().uninstall(PLAIN.keepHelmRecord()).writes()).isZero();
  }

  @Test
  void uninstall_whenTheHelmReleaseHoldsMoreThanOpenKruise_leavesItsRecordAndSaysSo(
      SimulatedCluster cluster) {
    helmInstalled(cluster, "platform");

    OpenKruiseInstaller remover = remover(cluster).build();

    assertThat(remover.planUninstall(PLAIN).changes().warnings())
        .anyMatch(line -> line.contains("holds more than OpenKruise"));
    assertThat(remover.uninstall().succeeded()).isTrue();
    assertThat(records(cluster)).isEqualTo(1);
  }

  @Test
  void uninstall_whenTheManagerCannotBeReached_switchesTheWebhooksOffBeforeCustomResourcesGo(
      SimulatedCluster cluster) {
    applied(cluster, SmallRelease.yaml());
    new InUse(cluster).cloneSet();
    cluster.closeConnectionsTo(SYSTEM);
    Timeline timeline = new Timeline(cluster.bystander("elsewhere"));

    UninstallReport report = remover(cluster).listener(timeline).build().uninstall(EVERYTHING);

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(timeline.startedRefused()).isTrue();
    assertThat(timeline.wrong()).isEmpty();
    assertThat(new InUse(cluster).left()).isEmpty();
  }

  @Test
  void uninstall_whenPacketsToTheManagerAreDropped_switchesTheWebhooksOffBeforeCustomResourcesGo(
      SimulatedCluster cluster) {
    applied(cluster, SmallRelease.yaml());
    new InUse(cluster).cloneSet();
    cluster.dropPacketsTo(SYSTEM);

    UninstallReport report = remover(cluster).build().uninstall(EVERYTHING);

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(new InUse(cluster).left()).isEmpty();
    assertThat(cluster.bystander("elsewhere").refusals()).isEmpty();
  }

  @Test
  void uninstall_whenAWebhookOfOthersIsNeverAnswered_goesOnAndBlamesNobodyElse(
      SimulatedCluster cluster) {
    applied(cluster, SmallRelease.yaml());
    Scenes.silentWebhook(cluster, "policy", "failurePolicy: Fail, timeoutSeconds: 30");

    UninstallReport report = remover(cluster).build().uninstall();

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(report.run().stages())
        .flatExtracting(outcome -> outcome.notes())
        .anyMatch(note -> note.contains("policy.vendor.example"));
    new InUse(cluster)
        .assertGone("CustomResourceDefinition", "v1 Namespace", "kruise-system/default");
  }

  @Test
  void uninstall_leavesTheSecretOfACertificateManager(SimulatedCluster cluster) {
    applied(cluster, SmallRelease.yaml());
    cluster
        .objects()
        .edit(
            "v1",
            "Secret",
            SYSTEM,
            "kruise-webhook-certs",
            secret ->
                Scenes.child(Scenes.child(secret, "metadata"), "annotations")
                    .put("cert-manager.io/certificate-name", "c"));

    UninstallReport report = remover(cluster).build().uninstall();

    assertThat(report.kept())
        .extracting(each -> each.object().toString())
        .contains("Secret kruise-system/kruise-webhook-certs");
  }

  @Test
  void uninstall_withExternalCertificates_leavesTheSecretThatAPersonMade(SimulatedCluster cluster) {
    externallyCertified(cluster, "");

    UninstallReport report = remover(cluster).build().uninstall(EVERYTHING);

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(report.kept())
        .extracting(Object::toString)
        .contains(
            "Secret kruise-system/kruise-webhook-certs: others have made the certificate in it");
    new InUse(cluster)
        .assertGone("v1 Namespace", "kruise-system/default", "kruise-system/kruise-webhook-certs");
    assertThat(certificate(cluster)).contains("tls.crt");
    assertThat(remover(cluster).build().uninstall(EVERYTHING).writes()).isZero();
  }

  @Test
  void uninstall_withARelease_leavesTheSecretThatAPersonMade(SimulatedCluster cluster) {
    externallyCertified(cluster, "");

    UninstallReport report =
        remover(cluster)
            .release(ReleaseSource.manifests(SmallRelease.yaml(), "small release"))
            .build()
            .uninstall();

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(certificate(cluster)).contains("tls.crt");
  }

  @ParameterizedTest
  @CsvSource({"kruise, default, false", "certificates, default, true", "kruise, elsewhere, true"})
  void uninstall_ofAHelmRelease_removesTheSecretOfThatReleaseAndNoOther(
      String release, String namespace, boolean stays, SimulatedCluster cluster) {
    externallyCertified(
        cluster,
        ", annotations: {meta.helm.sh/release-name: %s, meta.helm.sh/release-namespace: %s}"
            .formatted(release, namespace));
    cluster
        .objects()
        .edit(
            "apps/v1",
            "Deployment",
            SYSTEM,
            "kruise-controller-manager",
            manager ->
                Scenes.child(manager, "metadata")
                    .put(
                        "annotations",
                        Map.of(
                            "meta.helm.sh/release-name",
                            "kruise",
                            "meta.helm.sh/release-namespace",
                            "default")));

    UninstallReport report = remover(cluster).build().uninstall();

    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(certificate(cluster).isEmpty()).isEqualTo(!stays);
  }

  @Test
  void uninstall_beforeTheManagerHasEverStarted_removesTheEmptySecret(SimulatedCluster cluster) {
    cluster.objects().apply(SmallRelease.yaml().replace("replicas: 2", "replicas: 0"));

    UninstallReport report = remover(cluster).build().uninstall(EVERYTHING);

    assertThat(report.succeeded()).as(report.render()).isTrue();
    new InUse(cluster).assertGone("v1 Namespace", "kruise-system/default");
  }

  @Test
  void uninstall_leavesTheDefinitionsOfOtherProducts(SimulatedCluster cluster) {
    applied(cluster, SmallRelease.yaml());
    cluster
        .objects()
        .apply(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: rollouts.rollouts.kruise.io}
            spec:
              group: rollouts.kruise.io
              scope: Namespaced
              names: {kind: Rollout, listKind: RolloutList, plural: rollouts, singular: rollout}
              versions:
                - name: v1beta1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object}}
            """);

    remover(cluster).build().uninstall(EVERYTHING);

    new InUse(cluster).assertGone("v1 Namespace", "kruise-system/default", "rollouts.kruise.io");
    assertThat(Scenes.definition(cluster, "rollouts.rollouts.kruise.io")).isPresent();
  }

  @Test
  void uninstall_inANamespaceOfAnotherName_isFinishedByARunThatIsNotToldIt(
      SimulatedCluster cluster) {
    SmallInstallers.plain(cluster, cluster.user("earlier", MASTERS))
        .release(
            ReleaseSource.manifests(
                SmallRelease.yaml().replace(SYSTEM, "elsewhere-system"), "small release"))
        .proofs(1)
        .build()
        .install();
    CompletableFuture<Operation<UninstallReport>> run = new CompletableFuture<>();
    OpenKruiseInstaller first =
        remover(cluster)
            .listener(
                event -> {
                  if (event instanceof InstallEvent.StageStarted started
                      && started.stage() == Stage.REMOVE_OBJECTS) {
                    run.join().cancel();
                  }
                })
            .build();
    run.complete(first.startUninstall(EVERYTHING));

    UninstallFailedException failed =
        catchThrowableOfType(UninstallFailedException.class, () -> run.join().join());

    assertThat(failed.failure().code()).isEqualTo(FailureCode.CANCELLED);
    assertThat(failed.failure().stage()).isEqualTo(Stage.REMOVE_OBJECTS);
    assertThat(failed.report().render()).contains("NOT uninstalled");
    assertThat(failed.report().run().stages())
        .filteredOn(outcome -> outcome.status() == StageStatus.SKIPPED)
        .extracting(outcome -> outcome.stage())
        .containsExactly(Stage.REMOVE_DEFINITIONS, Stage.REMOVE_NAMESPACES);
    assertThat(cluster.bystander("elsewhere").refusals()).isEmpty();
    UninstallReport second = remover(cluster).build().uninstall(EVERYTHING);
    assertThat(second.run().namespace()).isEqualTo("elsewhere-system");
    assertThat(cluster.objects().get("v1", "Namespace", "", "elsewhere-system")).isEmpty();
    new InUse(cluster).assertGone();
  }

  @Test
  void uninstall_whenANamespaceIsNeverGone_saysWhatItWaitsForAndHowToEndIt(
      SimulatedCluster cluster) {
    SmallInstallers.plain(cluster, cluster.user("earlier", MASTERS)).proofs(1).build().install();
    cluster
        .objects()
        .edit(
            "v1",
            "ServiceAccount",
            SYSTEM,
            "kruise-daemon",
            account ->
                Scenes.child(account, "metadata").put("finalizers", List.of("example.com/held")));

    UninstallFailedException failed =
        catchThrowableOfType(
            UninstallFailedException.class,
            () ->
                remover(cluster)
                    .timeout(Duration.ofSeconds(15))
                    .build()
                    .uninstall(PLAIN.removeNamespaces()));

    assertThat(failed.failure().code()).isEqualTo(FailureCode.NAMESPACE_TERMINATING);
    assertThat(failed.failure().evidence()).anyMatch(line -> line.contains("example.com/held"));
    assertThat(failed.failure().remedy()).contains("kubectl -n kruise-system patch");
    assertThat(cluster.bystander("elsewhere").refusals()).isEmpty();
  }

  private static void applied(SimulatedCluster cluster, String yaml) {
    cluster.objects().apply(yaml);
    Eventually.until(
        "the manager is ready, and answers", () -> isAvailable(cluster) && admits(cluster));
  }

  /**
   * A manager, without replicas just now, whose certificate kubectl create secret has put there.
   */
  private static void externallyCertified(SimulatedCluster cluster, String metadata) {
    cluster
        .objects()
        .apply(
            SmallRelease.yaml()
                .replace(
                    EMPTY_SECRET,
                    """
                    apiVersion: v1
                    kind: Secret
                    metadata: {name: kruise-webhook-certs, namespace: kruise-system%s}
                    data: {ca.crt: Y2E=, tls.crt: Y3J0, tls.key: a2V5}
                    ---
                    """
                        .formatted(metadata))
                .replace("replicas: 2", "replicas: 0")
                .replace("--feature-gates=\n", "--feature-gates=EnableExternalCerts=true\n"));
  }

  private static String certificate(SimulatedCluster cluster) {
    return cluster
        .objects()
        .get("v1", "Secret", SYSTEM, "kruise-webhook-certs")
        .map(Object::toString)
        .orElse("");
  }

  private static boolean admits(SimulatedCluster cluster) {
    try {
      return cluster.bystander("elsewhere").refusals().isEmpty();
    } catch (ApiRefusal e) {
      return false;
    }
  }

  private static boolean isAvailable(SimulatedCluster cluster) {
    return cluster
        .objects()
        .get("apps/v1", "Deployment", SYSTEM, "kruise-controller-manager")
        .filter(manager -> manager.toString().contains("availableReplicas=2"))
        .isPresent();
  }

  /** As helm leaves it: every object says of which release it is, and there is a record. */
  private static void helmInstalled(SimulatedCluster cluster, String chart) {
    applied(
        cluster,
        SmallRelease.yaml()
            .replace(
                "\nmetadata:\n",
                """

                metadata:
                  annotations:
                    meta.helm.sh/release-name: kruise
                    meta.helm.sh/release-namespace: default
                """));
    cluster
        .objects()
        .apply(
            """
            apiVersion: v1
            kind: Secret
            type: helm.sh/release.v1
            metadata:
              name: sh.helm.release.v1.kruise.v1
              namespace: default
              labels: {owner: helm, name: kruise, status: deployed, version: "1"}
            data: {release: %s}
            """
                .formatted(record(chart)));
  }

  private static String record(String chart) {
    String release = "{\"name\":\"kruise\",\"chart\":{\"metadata\":{\"name\":\"" + chart + "\"}}}";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream packed = new GZIPOutputStream(bytes)) {
      packed.write(release.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Base64.Encoder base64 = Base64.getEncoder();
    return base64.encodeToString(base64.encode(bytes.toByteArray()));
  }

  private static long records(SimulatedCluster cluster) {
    List<Map<String, Object>> secrets = cluster.objects().list("v1", "Secret", "default");
    return secrets.stream().filter(secret -> secret.toString().contains("owner=helm")).count();
  }

  private static OpenKruiseInstaller.Builder remover(SimulatedCluster cluster) {
    return SmallInstallers.withoutRelease(cluster, cluster.user("remover", MASTERS));
  }
}
