package io.github.kruiseinstaller.examples.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb that writes: exactly what was planned, cluster by cluster, until one fails. */
class ApplyTest {
  private static final String NAMESPACE = "kruise-system";
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private Path folder;

  @Test
  void apply_bringsEveryClusterToTheReleaseAndASecondOneWritesAndAsksNothing() throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a", "b", "c")) {
      assertThat(fleet.run(ApplyTest::yes, "apply")).isZero();
      assertThat(fleet.questions()).isEqualTo(1);
      assertThat(fleet.out.toString())
          .contains("Apply to 3 clusters? [y/N]")
          .containsSubsequence(
              "Canary: " + fleet.file("a"), "Next: " + fleet.file("b"), "Next: " + fleet.file("c"));
      assertThat(List.of("a", "b", "c")).noneMatch(name -> fleet.writes(name).isEmpty());

      for (String name : List.of("a", "b", "c")) {
        fleet.cluster(name).requests().clear();
      }
      assertThat(fleet.run(null, "status")).isZero();
      assertThat(fleet.run(ApplyTest::yes, "apply")).isZero();
      assertThat(fleet.questions()).isEqualTo(1);
      assertThat(List.of("a", "b", "c")).allMatch(name -> fleet.writes(name).isEmpty());
      assertThat(fleet.refusals()).isEmpty();
    }
  }

  @Test
  void apply_whenTheCanaryCrashesOnceInstalled_leavesTheOthersAloneAndSaysWhy() throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a", "b", "c")) {
      fleet.out.whenSaid("installed in", () -> crash(fleet.cluster("a")));

      assertThat(fleet.run(ApplyTest::yes, "apply --parallel 2")).isEqualTo(1);

      assertThat(fleet.writes("b")).isEmpty();
      assertThat(fleet.writes("c")).isEmpty();
      assertThat(fleet.out.lines())
          .anyMatch(line -> line.startsWith(fleet.prefix("a") + "   code:   container-crashing"))
          .anyMatch(line -> line.startsWith(fleet.prefix("a") + "   remedy: "))
          .anyMatch(line -> line.startsWith(fleet.file("a") + "  failed "))
          .anyMatch(line -> line.startsWith(fleet.file("b") + "  not-begun "))
          .anyMatch(line -> line.startsWith(fleet.file("c") + "  not-begun "));
    }
  }

  @Test
  void apply_inWaves_runsNoMoreAtOnceThanAskedAndNoneAfterAFailure() throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a", "b", "c", "d")) {
      // Neither of the two writes anything before both run.
      CyclicBarrier both = new CyclicBarrier(2);
      meetBeforeWriting(fleet, "b", both);
      meetBeforeWriting(fleet, "c", both);
      refuse(
          fleet.cluster("b"),
          "patch",
          "deployments.apps",
          Fault.Answer.status(403, "Forbidden", "deployments.apps is forbidden", 0));

      assertThat(fleet.run(ApplyTest::yes, "apply --parallel 2")).isEqualTo(1);

      assertThat(running(fleet, "a", "b", "c", "d"))
          .containsSubsequence(Set.of("a"), Set.of(), Set.of("b", "c"), Set.of())
          .allMatch(names -> names.size() == 1 || !names.contains("a"))
          .noneMatch(names -> names.contains("d"));
      assertThat(fleet.writes("d")).isEmpty();
      assertThat(fleet.out.lines())
          .anyMatch(line -> line.startsWith(fleet.prefix("b") + "  code:   permission-denied"))
          .anyMatch(line -> line.startsWith(fleet.prefix("b") + "  remedy: "))
          .anyMatch(line -> line.startsWith(fleet.file("b") + "  failed "))
          .anyMatch(line -> line.startsWith(fleet.file("c") + "  done "))
          .anyMatch(line -> line.startsWith(fleet.file("d") + "  not-begun "));
      assertThat(fleet.refusals()).isEmpty();
    }
  }

  @Test
  void apply_whenAClusterCannotBeReached_writesNowhereAndAsksNobody() throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a", "b")) {
      try (SimulatedCluster gone = SimulatedCluster.start()) {
        fleet.addKubeconfig("gone", gone.kubeconfig());
      }

      assertThat(fleet.run(ApplyTest::yes, "apply", "gone")).isEqualTo(1);

      assertThat(fleet.questions()).isZero();
      assertThat(fleet.writes("a")).isEmpty();
      assertThat(fleet.writes("b")).isEmpty();
      assertThat(fleet.out.toString()).contains("[cluster-unreachable]", "Nothing was written.");
    }
  }

  @Test
  void apply_whenSomebodyElseInstalledOne_writesNowhereUnlessItMayBeTakenOver() throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a", "b")) {
      fleet.cluster("b").objects().apply(SimulatedFleet.RELEASE);
      await("the manager is there", () -> isAvailable(fleet.cluster("b")));

      assertThat(fleet.run(ApplyTest::yes, "apply")).isEqualTo(1);
      assertThat(fleet.questions()).isZero();
      assertThat(fleet.writes("a")).isEmpty();
      assertThat(fleet.writes("b")).isEmpty();
      assertThat(fleet.out.lines())
          .anyMatch(line -> line.startsWith(fleet.file("b") + "  blocked "))
          .anyMatch(line -> line.contains("[take-over]"));

      assertThat(fleet.run(ApplyTest::yes, "apply --take-over keep")).isZero();
    }
  }

  @Test
  void apply_whenAClusterHasTheReleaseAndDoesNotWork_doesNotStepOverIt() throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a", "b")) {
      fleet.install("a");
      refuse(
          fleet.cluster("a"),
          "create",
          "clonesets.apps.kruise.io",
          Fault.Answer.status(
              500,
              "InternalError",
              "Internal error occurred: failed calling webhook \"mcloneset.kb.io\": timeout",
              0));

      assertThat(fleet.run(ApplyTest::yes, "apply")).isEqualTo(1);

      assertThat(fleet.writes("b")).isEmpty();
      assertThat(fleet.out.lines())
          .anyMatch(line -> line.matches(".*/a +blocked +1\\.8\\.3 unhealthy .* unhealthy"));
    }
  }

  @Test
  void apply_whenAClusterMovesOnAtTheQuestion_refusesItsPlanAndTellsToRunAgain()
      throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a", "b", "c")) {
      Supplier<String> late =
          () -> {
            fleet
                .cluster("b")
                .objects()
                .apply("{apiVersion: v1, kind: Namespace, metadata: {name: kruise-system}}");
            return "y";
          };

      assertThat(fleet.run(late, "apply")).isEqualTo(1);
      assertThat(fleet.writes("a")).isNotEmpty();
      assertThat(fleet.writes("b")).allMatch(request -> request.resource().startsWith("leases."));
      assertThat(fleet.writes("c")).isEmpty();
      assertThat(fleet.out.lines())
          .anyMatch(line -> line.startsWith(fleet.prefix("b") + "  code:   plan-stale"))
          .anyMatch(line -> line.startsWith(fleet.prefix("b") + "  remedy: Run this again"));

      assertThat(fleet.run(ApplyTest::yes, "apply")).isZero();
      assertThat(fleet.out.toString()).contains("Apply to 2 clusters? [y/N]");
    }
  }

  @Test
  void apply_whenAnsweredNo_writesNothing() throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a")) {
      assertThat(fleet.run(() -> "n", "apply")).isEqualTo(1);
      assertThat(fleet.run(() -> null, "apply")).as("the end of the input").isEqualTo(1);

      assertThat(fleet.questions()).isEqualTo(2);
      assertThat(fleet.writes("a")).isEmpty();
    }
  }

  @Test
  void apply_whenNobodyCanBeAsked_isRefusedBeforeAnythingIsRead() throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a")) {
      assertThat(fleet.run(null, "apply")).isEqualTo(2);

      assertThat(fleet.requests("a")).isEmpty();
      assertThat(fleet.err.toString()).contains("--yes");
    }
  }

  @Test
  void apply_whenCancelled_endsWhatRunsBeginsNoMoreAndTheNextOneFinishes() throws IOException {
    try (SimulatedFleet fleet = new SimulatedFleet(folder, "a", "b")) {
      fleet.out.whenSaid("park: done", fleet::pressCtrlC);

      assertThat(fleet.run(null, "apply --yes")).isEqualTo(1);
      assertThat(fleet.writes("b")).isEmpty();
      assertThat(fleet.out.lines())
          .anyMatch(line -> line.startsWith(fleet.prefix("a") + "  code:   cancelled"))
          .anyMatch(line -> line.startsWith(fleet.file("a") + "  failed "))
          .anyMatch(line -> line.startsWith(fleet.file("b") + "  not-begun "));

      assertThat(fleet.run(null, "apply --yes")).isZero();
      assertThat(fleet.refusals()).isEmpty();
    }
  }

  private static String yes() {
    return "y";
  }

  /** From now on this is answered so, and not done. */
  private static void refuse(
      SimulatedCluster cluster, String verb, String resource, Fault.Answer answer) {
    cluster.faults().add(FaultRule.when().verb(verb).resource(resource).then(answer));
  }

  /** From now on the manager's containers end at their start; this has been seen. */
  private static void crash(SimulatedCluster cluster) {
    cluster.workloads().crash("*kruise-manager:*", 1, "panic: no such flag");
    managers(cluster).forEach(name -> cluster.objects().delete("v1", "Pod", NAMESPACE, name));
    await("CrashLoopBackOff", () -> pods(cluster).toString().contains("CrashLoopBackOff"));
  }

  private static List<String> managers(SimulatedCluster cluster) {
    return pods(cluster).stream()
        .map(pod -> (String) ((Map<?, ?>) pod.get("metadata")).get("name"))
        .filter(name -> name.startsWith("kruise-controller-manager-"))
        .toList();
  }

  private static List<Map<String, Object>> pods(SimulatedCluster cluster) {
    return cluster.objects().list("v1", "Pod", NAMESPACE);
  }

  private static boolean isAvailable(SimulatedCluster cluster) {
    return cluster
        .objects()
        .get("apps/v1", "Deployment", NAMESPACE, "kruise-controller-manager")
        .filter(manager -> manager.get("status").toString().contains("availableReplicas=2"))
        .isPresent();
  }

  /** Which clusters were being installed, after each line that tells of a beginning or an end. */
  private static List<Set<String>> running(SimulatedFleet fleet, String... names) {
    List<Set<String>> states = new ArrayList<>();
    Set<String> running = new LinkedHashSet<>();
    for (String line : fleet.out.lines()) {
      for (String name : names) {
        if (line.startsWith(fleet.prefix(name) + "OpenKruise 1.8.3 into ")) {
          running.add(name);
        } else if (line.startsWith(fleet.prefix(name) + "OpenKruise 1.8.3 in ")) {
          running.remove(name);
        }
      }
      states.add(Set.copyOf(running));
    }
    return states;
  }

  /** The first write to a cluster waits until the others at the barrier have theirs. */
  private static void meetBeforeWriting(SimulatedFleet fleet, String name, CyclicBarrier barrier) {
    AtomicBoolean first = new AtomicBoolean(true);
    fleet.whenWriting(
        name,
        request -> {
          if (first.getAndSet(false)) {
            meet(barrier);
          }
        });
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      int unused = barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (BrokenBarrierException | TimeoutException e) {
      // The others did not come: what is printed shows it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for what controllers make of a cluster by themselves. */
  private static void await(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - start)
          .as(what)
          .isLessThan(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }
}
