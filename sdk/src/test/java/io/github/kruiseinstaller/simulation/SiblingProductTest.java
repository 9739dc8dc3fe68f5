package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Beside OpenKruise another product of the same project is installed, whose API group has the same
 * ending and whose definition is converted by a webhook of its own.
 */
class SiblingProductTest {
  @RegisterExtension
  final SimulatedClusterExtension clusters =
      SimulatedClusterExtension.of(SimulatedCluster.builder().speed(20));

  private OpenKruiseInstaller installer;

  @BeforeEach
  void install(SimulatedCluster cluster) {
    installer = SmallInstallers.plain(cluster, cluster.admin()).build();
    installer.install();
    Eventually.until("all is well", () -> installer.verify().health() == Health.HEALTHY);
    cluster.objects().apply(rollouts(cluster));
    Eventually.until(
        "the other product's kind is served", () -> rollout(cluster).contains("status=True"));
  }

  @Test
  void diagnose_findsNothing() {
    DiagnosisReport report = installer.diagnose();

    assertThat(report.diagnoses()).as(report.render()).isEmpty();
  }

  @Test
  void verify_isHealthy() {
    HealthReport report = installer.verify();

    assertThat(report.health()).as(report.render()).isEqualTo(Health.HEALTHY);
    assertThat(report.render()).doesNotContain("rollouts.kruise.io");
  }

  @Test
  void repair_writesNothing(SimulatedCluster cluster) {
    Map<String, Object> before = ClusterState.of(cluster);

    RepairReport report = SmallInstallers.withoutRelease(cluster, cluster.admin()).build().repair();

    assertThat(report.run().writes()).as(report.render()).isZero();
    assertThat(report.succeeded()).isTrue();
    assertThat(ClusterState.of(cluster)).isEqualTo(before);
  }

  private static String rollout(SimulatedCluster cluster) {
    return String.valueOf(
        Scenes.definition(cluster, "rollouts.rollouts.kruise.io").orElseThrow().get("status"));
  }

  private static String rollouts(SimulatedCluster cluster) {
    return """
    apiVersion: v1
    kind: Namespace
    metadata: {name: kruise-rollout}
    ---
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: rollouts.rollouts.kruise.io}
    spec:
      group: rollouts.kruise.io
      scope: Namespaced
      names: {kind: Rollout, listKind: RolloutList, plural: rollouts, singular: rollout}
      conversion:
        strategy: Webhook
        webhook:
          conversionReviewVersions: [v1, v1beta1]
          clientConfig:
            caBundle: %s
            service: {namespace: kruise-rollout, name: kruise-rollout-webhook-service, path: /convert}
      versions:
        - {name: v1alpha1, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}
        - {name: v1beta1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
    """
        .formatted(
            Base64.getEncoder()
                .encodeToString(cluster.caCertificate().getBytes(StandardCharsets.UTF_8)));
  }
}
