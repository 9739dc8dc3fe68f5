package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods that were evicted stay for people to look at; for those who count they are gone. */
class EvictedManagersTest {
  @RegisterExtension
  final SimulatedClusterExtension clusters =
      SimulatedClusterExtension.of(SimulatedCluster.builder().speed(20));

  private OpenKruiseInstaller installer;
  private Damage damage;

  @BeforeEach
  void install(SimulatedCluster cluster) {
    installer = SmallInstallers.plain(cluster, cluster.admin()).proofs(1).build();
    installer.install();
    Eventually.until("all is well", () -> installer.verify().health() == Health.HEALTHY);
    damage = new Damage(cluster);
  }

  @Test
  void repair_whenAnEvictedManagerWasReplaced_findsNothingAndWritesNothing(
      SimulatedCluster cluster) {
    String evicted = damage.evictAManager("1.8.3");
    Eventually.until("all is well again", () -> installer.verify().health() == Health.HEALTHY);

    RepairReport report = SmallInstallers.withoutRelease(cluster, cluster.admin()).build().repair();

    assertThat(report.before().diagnoses()).as(report.render()).isEmpty();
    assertThat(report.run().writes()).isZero();
    assertThat(cluster.objects().get("v1", "Pod", Damage.NAMESPACE, evicted)).isPresent();
  }

  @Test
  void diagnose_whenReplacementsAreRefusedByAQuota_findsTheQuota(SimulatedCluster cluster) {
    cluster
        .objects()
        .apply(
            "{apiVersion: v1, kind: ResourceQuota, metadata: {name: no-more, namespace:"
                + " kruise-system}, spec: {hard: {pods: '0'}}}");
    damage.evictTheManagers();
    Eventually.until(
        "replacements are refused",
        () ->
            cluster
                .objects()
                .list("apps/v1", "ReplicaSet", Damage.NAMESPACE)
                .toString()
                .contains("ReplicaFailure"));

    DiagnosisReport report = installer.diagnose();

    List<DiagnosisCode> codes = report.diagnoses().stream().map(Diagnosis::code).toList();
    assertThat(codes)
        .as(report.render())
        .startsWith(DiagnosisCode.QUOTA_EXCEEDED)
        .doesNotContain(DiagnosisCode.CONTAINER_CRASHING);
  }
}
