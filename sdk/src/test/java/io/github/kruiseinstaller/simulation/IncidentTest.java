package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.github.kruiseinstaller.testkit.junit.SimulatedClusterExtension;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cluster that refuses every Pod, the manager's own among them, is healed. */
@Timeout(300)
class IncidentTest {
  private static final ObjectRef DAEMON =
      ObjectRef.namespaced("apps/v1", "DaemonSet", "kruise-system", "kruise-daemon");

  @RegisterExtension
  static final SimulatedClusterExtension CLUSTERS =
      SimulatedClusterExtension.of(SimulatedCluster.builder().speed(5));

  /**
   * Applying an object makes its controller try again, as the label of members does here. Whoever
   * applied the DaemonSet owns a value that the API server has filled up with a default (a fieldRef
   * without its apiVersion): applying the very same text is a conflict, although it would change
   * nothing.
   */
  @Test
  void install_overADaemonSetOfAnotherManagerWhosePodsAreRefused_makesItTryAgain(
      SimulatedCluster cluster) {
    Bystander bystander = cluster.bystander("elsewhere");
    armWithoutManager(cluster);
    while (!waitsForItsBackOff(cluster)) {
      assertThat(bystander.refusals()).isNotEmpty();
    }
    OpenKruiseInstaller installer = SmallInstallers.taking(cluster, cluster.admin()).build();

    InstallPlan plan = installer.plan();
    assertThat(plan.stages().get(0).stage()).isEqualTo(Stage.DISARM);
    assertThat(plan.change(Stage.MANAGER, DAEMON))
        .map(PlannedChange::action)
        .contains(ChangeAction.CHANGE);

    assertThat(installer.install().degraded()).isEmpty();
    assertThat(bystander.refusals()).isEmpty();
    assertThat(installer.install().writes()).isZero();
  }

  /** Into a namespace without its label, workloads last: the webhooks keep their Pods out. */
  private static void armWithoutManager(SimulatedCluster cluster) {
    List<String> documents =
        Arrays.stream(SmallRelease.yaml().split("(?m)^---$"))
            .filter(text -> !text.contains("\nkind: Namespace\n"))
            .toList();
    cluster.objects().apply("{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system}}");
    documents.stream().filter(text -> !isWorkload(text)).forEach(cluster.objects()::apply);
    documents.stream().filter(IncidentTest::isWorkload).forEach(cluster.objects()::apply);
  }

  private static boolean isWorkload(String document) {
    return document.contains("\nkind: Deployment\n") || document.contains("\nkind: DaemonSet\n");
  }

  private static boolean waitsForItsBackOff(SimulatedCluster cluster) {
    Object status =
        cluster
            .objects()
            .get(DAEMON.apiVersion(), DAEMON.kind(), "kruise-system", DAEMON.name())
            .orElseThrow()
            .get("status");
    return status instanceof Map<?, ?> counts
        && "1".equals(String.valueOf(counts.get("desiredNumberScheduled")))
        && "0".equals(String.valueOf(counts.get("currentNumberScheduled")));
  }
}
