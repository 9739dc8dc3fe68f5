package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Controllers that wait because their Pods were refused are told to try again. */
class RetryNowTest {
  private static final ObjectRef DAEMON =
      ObjectRef.namespaced("apps/v1", "DaemonSet", Plight.NAMESPACE, "kruise-daemon");

  @Test
  void daemonThatIsAppliedAnyway_isNotAnnotatedBeside() {
    try (SimulatedCluster cluster = Trial.cluster()) {
      Plight.DEAD_INCIDENT.set(cluster);
      Eventually.until(
          "the daemon's Pods are refused", () -> status(cluster).contains("desiredNumber"));
      OpenKruiseInstaller installer =
          SmallInstallers.of(cluster.user("installer", "system:masters"))
              .release(ReleaseSource.manifests(BriskRelease.yaml(), "small release"))
              .takeOver(TakeOver.KEEP_HELM_RECORD)
              .build();

      assertThat(installer.plan().stage(Stage.MANAGER).orElseThrow().changes())
          .filteredOn(change -> change.object().equals(DAEMON))
          .singleElement()
          .extracting(PlannedChange::action)
          .isEqualTo(ChangeAction.CHANGE);
      assertThat(installer.install().succeeded()).isTrue();
      assertThat(daemon(cluster).get("metadata").toString())
          .doesNotContain("kruise-installer.github.io/retry-now");
    }
  }

  private static String status(SimulatedCluster cluster) {
    return String.valueOf(daemon(cluster).get("status"));
  }

  private static Map<String, Object> daemon(SimulatedCluster cluster) {
    return cluster
        .objects()
        .get("apps/v1", "DaemonSet", Plight.NAMESPACE, "kruise-daemon")
        .orElseThrow();
  }
}
