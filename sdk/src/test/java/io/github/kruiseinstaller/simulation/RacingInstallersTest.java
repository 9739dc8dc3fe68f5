package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Two installers at work on one cluster: they may disturb each other, and nobody else. */
class RacingInstallersTest {
  private static final String MASTERS = "system:masters";
  private static final int RACES = Simulation.isLong() ? 50 : 8;
  private static final int AT_ONCE = 4;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** How somebody fails who is disturbed by somebody else. */
  private static final Set<FailureCode> DISTURBED =
      EnumSet.of(
          FailureCode.CONFLICT,
          FailureCode.PLAN_STALE,
          FailureCode.PROOF_FAILED,
          FailureCode.VERIFICATION_FAILED,
          FailureCode.MANAGER_NOT_READY,
          FailureCode.TIMEOUT);

  private final Map<String, Object> undisturbed = undisturbed();

  @Test
  void install_byTwoAtOnce_convergesAndRefusesNobody() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> races = new ArrayList<>();
      for (int i = 0; i < RACES; i++) {
        int head = i;
        races.add(threads.submit(() -> race(head)));
      }
      for (Future<?> race : races) {
        race.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * One race.
   *
   * @param head after so many requests of the first, modulo what a run takes, the second starts
   */
  private void race(int head) {
    try (SimulatedCluster cluster = Trial.cluster()) {
      Vigil vigil = new Vigil(cluster, cluster.bystander("elsewhere"));
      Operation<InstallReport> first = installer(cluster, "first", vigil).startInstall();
      awaitRequests(cluster, 3 * head);
      Operation<InstallReport> second = installer(cluster, "second", vigil).startInstall();
      ended(first);
      ended(second);
      vigil.look();

      OpenKruiseInstaller third = installer(cluster, "third", vigil);
      assertThat(third.install().succeeded()).isTrue();
      assertThat(ClusterState.of(cluster)).isEqualTo(undisturbed);
      assertThat(third.install().writes()).isZero();
      vigil.look();
      assertThat(vigil.wrongs()).isEmpty();
      assertThat(Armament.isParked(cluster)).isFalse();
    }
  }

  /** Waits until so many requests have come, or no more come. */
  private static void awaitRequests(SimulatedCluster cluster, int count) {
    try {
      cluster.requests().await(entry -> entry.number() >= count, Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void ended(Operation<InstallReport> run) {
    try {
      assertThat(run.join().succeeded()).isTrue();
    } catch (InstallException e) {
      assertThat(DISTURBED).as(e.failure().render()).contains(e.failure().code());
      assertThat(e.failure().stage()).isNotNull();
      assertThat(e.failure().remedy()).isNotBlank();
    }
  }

  private static OpenKruiseInstaller installer(SimulatedCluster cluster, String name, Vigil vigil) {
    ClusterUser user = cluster.user(name, MASTERS);
    return SmallInstallers.plain(cluster, user)
        .release(ReleaseSource.manifests(BriskRelease.yaml(), "small release"))
        .timeout(LIMIT)
        .listener(vigil)
        .build();
  }

  private static Map<String, Object> undisturbed() {
    try (SimulatedCluster cluster = Trial.cluster()) {
      cluster.bystander("elsewhere");
      SmallInstallers.of(cluster.admin())
          .release(ReleaseSource.manifests(BriskRelease.yaml(), "small release"))
          .build()
          .install();
      return ClusterState.of(cluster);
    }
  }
}
