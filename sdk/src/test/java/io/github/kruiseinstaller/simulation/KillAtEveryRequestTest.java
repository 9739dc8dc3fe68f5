package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Client;
import io.github.kruiseinstaller.testkit.fault.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * The process that installs is killed at every single request: nobody is refused, then or later,
 * and the next run ends where an undisturbed one does.
 *
 * <p>A kill before a request leaves the cluster as the kill after the effect of the request before
 * it does, so each point is tried once: before the first request, and after each.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillAtEveryRequestTest {
  private static final String VICTIM = "victim";
  private static final String MASTERS = "system:masters";

  private final List<Operation<InstallReport>> killed = new ArrayList<>();
  private Map<String, Object> undisturbed = Map.of();
  private int requests;

  @BeforeAll
  void anUndisturbedRun() {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      cluster.bystander("elsewhere");
      assertThat(installer(cluster).build().install().succeeded()).isTrue();
      requests =
          (int)
              cluster.requests().entries().stream()
                  .filter(entry -> entry.request().user().equals(VICTIM))
                  .count();
      undisturbed = ClusterState.of(cluster);
    }
    assertThat(requests).isGreaterThan(60);
  }

  @AfterAll
  void theKilledRunsEndToo() {
    assertThat(killed).allSatisfy(run -> assertThat(run.result().toCompletableFuture())
        .failsWithin(30, TimeUnit.SECONDS));
  }

  @TestFactory
  List<DynamicTest> install_killedAfterEachRequest_refusesNobodyAndIsFinishedByTheNextRun() {
    List<DynamicTest> points = new ArrayList<>();
    points.add(point(1, Fault.Moment.BEFORE_EFFECT, cluster -> {}));
    for (int request = 1; request < requests; request++) {
      points.add(point(request, Fault.Moment.AFTER_EFFECT, cluster -> {}));
    }
    return points;
  }

  private DynamicTest point(int request, Fault.Moment moment, Consumer<SimulatedCluster> scene) {
    return DynamicTest.dynamicTest(
        moment + " " + request, () -> killedAt(request, moment, scene));
  }

  private void killedAt(int request, Fault.Moment moment, Consumer<SimulatedCluster> scene)
      throws InterruptedException {
    try (SimulatedCluster cluster = SimulatedCluster.start()) {
      Bystander bystander = cluster.bystander("elsewhere");
      scene.accept(cluster);
      OpenKruiseInstaller victim = installer(cluster).build();
      CountDownLatch dead = new CountDownLatch(1);
      cluster.kills().whenKilled(dead::countDown);
      cluster.kills().kill(Client.user(VICTIM), request, moment);
      Operation<InstallReport> run = victim.startInstall();
      killed.add(run);
      assertThat(dead.await(30, TimeUnit.SECONDS)).as("it comes to this request").isTrue();
      run.cancel();

      assertThat(bystander.refusals()).as("right after the kill").isEmpty();
      List<String> refusals = new ArrayList<>();
      ClusterUser next = cluster.user("next", MASTERS);
      OpenKruiseInstaller installer =
          SmallInstallers.of(next)
              .listener(event -> refusals.addAll(bystander.refusals()))
              .build();
      assertThat(installer.install().succeeded()).isTrue();
      assertThat(refusals).as("while the next run works").isEmpty();
      assertThat(bystander.refusals()).as("after the next run").isEmpty();
      assertThat(ClusterState.of(cluster)).isEqualTo(undisturbed);
      assertThat(installer.install().writes()).as("writes of a third run").isZero();
    }
  }

  private static OpenKruiseInstaller.Builder installer(SimulatedCluster cluster) {
    return SmallInstallers.of(Objects.requireNonNull(cluster.user(VICTIM, MASTERS)));
  }
}
