package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.report.RepairFailedException;
import io.github.kruiseinstaller.report.RepairReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A repair that was killed when it had disarmed, and before the manager had any Pods. */
class UnfinishedRepairTest {
  @RegisterExtension
  final SimulatedClusterExtension clusters =
      SimulatedClusterExtension.of(SimulatedCluster.builder().speed(20));

  @Test
  void nextRepair_whenTheManagerHasNoPodsYet_goesOnAndArms(SimulatedCluster cluster) {
    SmallInstallers.plain(cluster, cluster.admin()).build().install();
    Damage damage = new Damage(cluster);
    damage.scaleToZero();
    cancelAtTheRollout(cluster);
    damage.makeTheManagerAnewWithoutPods();

    RepairReport report =
        SmallInstallers.withoutRelease(cluster, cluster.admin())
            .listener(
                event -> {
                  if (event instanceof InstallEvent.StageStarted started
                      && started.stage() == Stage.ROLLOUT) {
                    damage.letTheManagerHavePods();
                  }
                })
            .build()
            .repair();

    assertThat(report.before().diagnoses())
        .as(report.render())
        .extracting(Diagnosis::code)
        .contains(DiagnosisCode.CONFIGURATIONS_PARKED);
    assertThat(report.succeeded()).as(report.render()).isTrue();
    assertThat(
            cluster
                .objects()
                .get(
                    "admissionregistration.k8s.io/v1",
                    "MutatingWebhookConfiguration",
                    "",
                    Damage.MUTATING)
                .orElseThrow()
                .get("webhooks"))
        .asString()
        .contains("mpod.kb.io");
  }

  private static void cancelAtTheRollout(SimulatedCluster cluster) {
    CompletableFuture<Operation<RepairReport>> run = new CompletableFuture<>();
    OpenKruiseInstaller installer =
        SmallInstallers.withoutRelease(cluster, cluster.admin())
            .listener(
                event -> {
                  if (event instanceof InstallEvent.StageStarted started
                      && started.stage() == Stage.ROLLOUT) {
                    run.join().cancel();
                  }
                })
            .build();
    run.complete(installer.startRepair());
    assertThat(catchThrowable(() -> run.join().join())).isInstanceOf(RepairFailedException.class);
  }
}
