package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Client;
import io.github.kruiseinstaller.testkit.fault.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The process that installs is killed at every single request: nobody is refused, then or later,
 * and the next run ends where an undisturbed one does.
 *
 * <p>A kill before a request leaves the cluster as the kill after the effect of the request before
 * it does, so each point is tried once: before the first request, and after each.
 */
@EnabledIfSystemProperty(
    named = "simulation",
    matches = "true",
    disabledReason = "takes minutes: -Dsimulation=true runs it")
class KillAtEveryRequestTest {
  private static final String VICTIM = "victim";
  private static final String MASTERS = "system:masters";
  private static final int AT_ONCE = 3;
  private static final long PATIENCE_SECONDS = 120;

  /** In this time a cluster waits out the three seconds of minReadySeconds in a twentieth of it. */
  private static final SimulatedCluster.Builder CLUSTER = SimulatedCluster.builder().speed(20);

  private final List<Operation<InstallReport>> killed = new CopyOnWriteArrayList<>();

  @Test
  void install_killedAtEachRequest_refusesNobodyAndIsFinishedByTheNextRun() throws Exception {
    Undisturbed undisturbed = undisturbed();
    Map<Integer, Future<?>> points = new TreeMap<>();
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      for (int after = 0; after <= undisturbed.requests(); after++) {
        int point = after;
        points.put(
            point,
            threads.submit(
                () -> {
                  killedAfter(point, undisturbed.state());
                  return null;
                }));
      }
      for (Future<?> point : points.values()) {
        point.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(points).hasSizeGreaterThan(100);
    assertThat(killed)
        .allSatisfy(
            run ->
                assertThat(run.result().toCompletableFuture())
                    .failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  /**
   * A run that nobody kills.
   *
   * @param requests how many it makes
   * @param state what it leaves
   */
  private record Undisturbed(int requests, Map<String, Object> state) {}

  private static Undisturbed undisturbed() {
    try (SimulatedCluster cluster = CLUSTER.start()) {
      cluster.bystander("elsewhere");
      victim(cluster).install();
      long requests =
          cluster.requests().entries().stream()
              .filter(entry -> entry.request().user().equals(VICTIM))
              .count();
      return new Undisturbed((int) requests, ClusterState.of(cluster));
    }
  }

  private void killedAfter(int requests, Map<String, Object> undisturbed)
      throws InterruptedException {
    try (SimulatedCluster cluster = CLUSTER.start()) {
      Bystander bystander = cluster.bystander("elsewhere");
      CountDownLatch dead = new CountDownLatch(1);
      cluster.kills().whenKilled(dead::countDown);
      Fault.Moment moment = requests == 0 ? Fault.Moment.BEFORE_EFFECT : Fault.Moment.AFTER_EFFECT;
      cluster.kills().kill(Client.user(VICTIM), Math.max(1, requests), moment);
      Operation<InstallReport> run = victim(cluster).startInstall();
      killed.add(run);
      // A run may make a request or two less than another, of those that look again while it waits.
      boolean reached =
          dead.await(
              run.result().toCompletableFuture().isDone() ? 0 : PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(reached).as("killed after request %d", requests).isTrue();
      run.cancel();

      assertThat(bystander.refusals()).as("right after kill %d", requests).isEmpty();
      List<String> refusals = new ArrayList<>();
      OpenKruiseInstaller next =
          SmallInstallers.of(cluster.user("next", MASTERS))
              .listener(event -> refusals.addAll(bystander.refusals()))
              .build();
      assertThat(next.install().succeeded()).isTrue();
      assertThat(refusals).as("during the run after kill %d", requests).isEmpty();
      assertThat(bystander.refusals()).as("after the run after kill %d", requests).isEmpty();
      assertThat(ClusterState.of(cluster))
          .as("state after kill %d", requests)
          .isEqualTo(undisturbed);
      assertThat(next.install().writes()).as("third run after kill %d", requests).isZero();
    }
  }

  private static OpenKruiseInstaller victim(SimulatedCluster cluster) {
    return SmallInstallers.of(cluster.user(VICTIM, MASTERS)).build();
  }
}
