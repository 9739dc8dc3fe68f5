package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Two installers want the same at the same time: one works and the other waits or says who works.
 * What the API server was asked for, and when, shows that they never interleave.
 */
class RacingInstallersTest {
  private static final String MASTERS = "system:masters";
  private static final List<String> RACERS = List.of("first", "second");
  private static final int RACES = Simulation.isLong() ? 1_000 : 12;
  private static final int RACES_FROM_NOTHING = Simulation.isLong() ? 40 : 4;

  /** So many races go on at a time, each series of them in a cluster of its own. */
  private static final int AT_ONCE = 4;

  /** A run that mends two objects makes about so many requests. */
  private static final int REQUESTS = 90;

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final ReleaseSource RELEASE =
      ReleaseSource.manifests(BriskRelease.yaml(), "small release");

  private final Map<String, Object> undisturbed = undisturbed();

  @Test
  void install_byTwoWhereThereIsNothing_isDoneByOneAtATime(TestReporter reporter) throws Exception {
    List<Integer> races = new ArrayList<>();
    for (int i = 0; i < RACES_FROM_NOTHING; i++) {
      races.add(i);
    }
    inParallel(races, this::raceFromNothing);
    reporter.publishEntry("races where there was nothing", Integer.toString(races.size()));
  }

  @Test
  void install_byTwoWhereSomethingHasDrifted_isDoneByOneAtATime(TestReporter reporter)
      throws Exception {
    List<Integer> series = List.of(0, 1, 2, 3);
    int[] outcomes = new int[3];
    inParallel(
        series,
        number -> {
          int[] own = raceOverDrift(number, RACES / series.size());
          synchronized (outcomes) {
            for (int i = 0; i < own.length; i++) {
              outcomes[i] += own[i];
            }
          }
        });
    reporter.publishEntry(
        "races over drift",
        RACES
            + ", of which both held the lock in "
            + outcomes[0]
            + ", one in "
            + outcomes[1]
            + "; refused as locked "
            + outcomes[2]);
    assertThat(outcomes[0] + outcomes[1]).isEqualTo(RACES);
  }

  /**
   * One race.
   *
   * @param head after so many requests of the first, modulo what a run takes, the second starts
   */
  private void raceFromNothing(int head) {
    try (SimulatedCluster cluster = Trial.cluster()) {
      Vigil vigil = new Vigil(cluster, cluster.bystander("elsewhere"));
      Duration patience = head % 2 == 0 ? Duration.ofSeconds(30) : Duration.ZERO;
      Operation<InstallReport> first =
          installer(cluster, "first").waitForLock(patience).listener(vigil).build().startInstall();
      awaitRequests(cluster, 6 * head);
      Operation<InstallReport> second =
          installer(cluster, "second").waitForLock(patience).listener(vigil).build().startInstall();
      boolean firstLocked = ended(first);
      boolean locked = ended(second) || firstLocked;
      vigil.look();

      assertThat(InstallerLease.interleavings(cluster, RACERS)).isEmpty();
      assertThat(locked && !patience.isZero()).as("somebody did not wait").isFalse();
      assertThat(InstallerLease.holder(cluster)).isEmpty();
      assertThat(ClusterState.of(cluster)).isEqualTo(undisturbed);
      assertThat(installer(cluster, "third").build().install().writes()).isZero();
      assertThat(vigil.wrongs()).isEmpty();
      assertThat(Armament.isParked(cluster)).isFalse();
    }
  }

  /**
   * Races in one cluster, which somebody spoils before each.
   *
   * @return how often both have held the lock, how often one, and how often one was refused
   */
  private int[] raceOverDrift(int series, int races) {
    int[] outcomes = new int[3];
    try (SimulatedCluster cluster = Trial.cluster()) {
      cluster.bystander("elsewhere");
      installer(cluster, "earlier").build().install();
      Edits edits = new Edits(cluster.objects());
      OpenKruiseInstaller.Builder patient = installer(cluster, "second");
      OpenKruiseInstaller.Builder hasty = installer(cluster, "second").waitForLock(Duration.ZERO);
      OpenKruiseInstaller one = installer(cluster, "first").build();
      for (int i = 0; i < races; i++) {
        edits.removeTheLastRuleOfARole();
        edits.shortenTheTimeOutOfAWebhook();
        cluster.requests().clear();
        OpenKruiseInstaller other = (i % 2 == 0 ? patient : hasty).build();

        Operation<InstallReport> first = one.startInstall();
        awaitRequests(cluster, (series + 4 * i) % REQUESTS);
        Operation<InstallReport> second = other.startInstall();
        boolean firstLocked = ended(first);
        boolean locked = ended(second) || firstLocked;

        String race = "race " + i + " of series " + series;
        assertThat(InstallerLease.interleavings(cluster, RACERS)).as(race).isEmpty();
        assertThat(locked && i % 2 == 0).as("somebody did not wait in " + race).isFalse();
        assertThat(InstallerLease.holder(cluster)).as(race).isEmpty();
        assertThat(ClusterState.of(cluster)).as(race).isEqualTo(undisturbed);
        outcomes[InstallerLease.holders(cluster, RACERS) == 2 ? 0 : 1]++;
        outcomes[2] += locked ? 1 : 0;
      }
    }
    return outcomes;
  }

  /** Waits until so many requests are written down, or no more come. */
  private static void awaitRequests(SimulatedCluster cluster, int count) {
    try {
      cluster
          .requests()
          .await(any -> cluster.requests().entries().size() >= count, Duration.ofMillis(500));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Whether a run was told that the other one works; it has succeeded otherwise. */
  private static boolean ended(Operation<InstallReport> run) {
    try {
      assertThat(run.join().succeeded()).isTrue();
      return false;
    } catch (InstallException e) {
      assertThat(e.failure().code()).as(e.failure().render()).isEqualTo(FailureCode.LOCKED);
      return true;
    }
  }

  private static void inParallel(List<Integer> numbers, IntConsumer race) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> races = new ArrayList<>();
      numbers.forEach(number -> races.add(threads.submit(() -> race.accept(number))));
      for (Future<?> one : races) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static OpenKruiseInstaller.Builder installer(SimulatedCluster cluster, String name) {
    return SmallInstallers.plain(cluster, cluster.user(name, MASTERS))
        .release(RELEASE)
        .timeout(LIMIT);
  }

  private static Map<String, Object> undisturbed() {
    try (SimulatedCluster cluster = Trial.cluster()) {
      cluster.bystander("elsewhere");
      installer(cluster, "undisturbed").build().install();
      return ClusterState.of(cluster);
    }
  }
}
