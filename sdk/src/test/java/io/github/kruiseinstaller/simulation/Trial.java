package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.testkit.Bystander;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Effect;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One sequence of faults, and what must hold whatever it is. */
final class Trial {
  private static final String MASTERS = "system:masters";
  private static final Duration HOPELESS = Duration.ofMillis(1_500);
  private static final Duration HOPEFUL = Duration.ofSeconds(30);
  private static final Duration MENDED = Duration.ofSeconds(60);

  /**
   * How long a run may go on after its deadline, to explain and to clean up: on a machine that has
   * other work to do as many times that as threads compete for one of its processors.
   */
  private static final Duration LATE = Duration.ofSeconds(2);

  /** The same where a request that this needs cannot be done: each is tried for ten seconds. */
  private static final Duration LATE_IN_AN_OUTAGE = Duration.ofSeconds(30);

  /** What an API server that does not answer as it should makes of a run. */
  private static final Set<FailureCode> NO_LUCK =
      EnumSet.of(
          FailureCode.TIMEOUT,
          FailureCode.CLUSTER_UNREACHABLE,
          FailureCode.CONFLICT,
          FailureCode.CRD_NOT_ESTABLISHED,
          FailureCode.MANAGER_NOT_READY,
          FailureCode.PROOF_FAILED,
          FailureCode.VERIFICATION_FAILED);

  private final FaultSequence sequence;
  private final Map<String, Object> undisturbed;
  private final Transcript said = new Transcript();
  private final SecretMarkers markers = new SecretMarkers();

  Trial(FaultSequence sequence, Map<String, Object> undisturbed) {
    this.sequence = sequence;
    this.undisturbed = undisturbed;
  }

  /**
   * A cluster in which back-offs are short, and the ten seconds within which a manager must renew
   * its lease are still longer than a busy machine may stand still.
   */
  static SimulatedCluster cluster() {
    return SimulatedCluster.builder().speed(5).start();
  }

  /**
   * What a run leaves that nothing disturbs.
   *
   * @param foreignNamespace whether somebody else has made the namespace before
   */
  static Map<String, Object> undisturbed(boolean foreignNamespace) {
    try (SimulatedCluster cluster = cluster()) {
      if (foreignNamespace) {
        cluster.objects().apply(Plight.UNLABELLED);
      }
      cluster.bystander("elsewhere");
      installer(cluster, cluster.user("undisturbed", MASTERS), MENDED, new Transcript())
          .build()
          .install();
      return ClusterState.of(cluster);
    }
  }

  /**
   * Runs it.
   *
   * @return whether the run succeeded in spite of it all
   * @throws AssertionError when something does not hold
   */
  boolean run() {
    try (SimulatedCluster cluster = cluster()) {
      Bystander bystander = cluster.bystander("elsewhere");
      sequence.plight().set(cluster);
      Vigil vigil = new Vigil(cluster, bystander);
      ClusterUser user = cluster.user("installer", MASTERS);
      ClusterUser next = cluster.user("next", MASTERS);
      sequence.mishaps().forEach(mishap -> cluster.faults().add(mishap.rule(user.name())));

      Optional<Failure> failure = disturbed(cluster, user, vigil);
      vigil.look();
      cluster.faults().clear();
      sequence.plight().mend(cluster);
      // Whoever could not give the lock back: the next one would wait for its ten seconds.
      failure.ifPresent(failed -> InstallerLease.runOut(cluster));
      mended(cluster, next, vigil);

      assertThat(vigil.wrongs()).isEmpty();
      markers.token(user).token(next).keys(cluster);
      assertThat(markers.in(said.toString())).as("secrets").isEmpty();
      return failure.isEmpty();
    }
  }

  private Optional<Failure> disturbed(SimulatedCluster cluster, ClusterUser user, Vigil vigil) {
    boolean hopeless = sequence.plight().isHopeless() || sequence.hasOutage();
    Duration limit = hopeless ? HOPELESS : HOPEFUL;
    Duration late =
        (sequence.hasOutage() ? LATE_IN_AN_OUTAGE : LATE).multipliedBy(Simulation.competitors());
    Operation<InstallReport> run =
        installer(cluster, user, limit, said).listener(vigil).build().startInstall();
    try {
      said.report(within(limit.plus(late), run));
      assertThat(sequence.plight().isHopeless()).as("succeeded in %s", sequence.plight()).isFalse();
      return Optional.empty();
    } catch (ExecutionException e) {
      said.failure(e.getCause());
      return Optional.of(judged(e.getCause()));
    } catch (TimeoutException e) {
      List<String> threads = InstallerThreads.alive();
      run.cancel();
      return fail("went on after its deadline in " + run.currentStage() + ": " + threads, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The result, within so much of the time that this process did not stand still. */
  private static InstallReport within(Duration limit, Operation<InstallReport> run)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<InstallReport> result = run.result().toCompletableFuture();
    try (Stalls stalls = new Stalls()) {
      long start = System.nanoTime();
      while (true) {
        Duration end = limit.plus(stalls.total());
        long left = end.toNanos() - (System.nanoTime() - start);
        try {
          return result.get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          if (limit.plus(stalls.total()).equals(end)) {
            throw e;
          }
        }
      }
    }
  }

  private Failure judged(Throwable thrown) {
    if (!(thrown instanceof InstallException coded)) {
      return fail("not a coded failure", thrown);
    }
    Failure failure = coded.failure();
    Set<FailureCode> fitting = EnumSet.copyOf(NO_LUCK);
    fitting.addAll(sequence.plight().codes());
    fitting.addAll(sequence.plight().traces());
    if (!fitting.contains(failure.code())) {
      fail("the code does not fit: " + failure.render(), thrown);
    }
    assertThat(failure.stage()).as("stage of %s", failure).isNotNull();
    assertThat(failure.message()).isNotBlank();
    assertThat(failure.remedy()).isNotBlank();
    return failure;
  }

  private void mended(SimulatedCluster cluster, ClusterUser next, Vigil vigil) {
    OpenKruiseInstaller installer = installer(cluster, next, MENDED, said).listener(vigil).build();
    try {
      said.report(installer.install());
    } catch (InstallException e) {
      said.failure(e);
      fail("the run after it was mended failed", e);
    }
    assertThat(difference(ClusterState.of(cluster))).as("state").isEmpty();
    vigil.look();
    cluster.requests().clear();
    assertThat(installer.install().writes()).as("writes of the third run").isZero();
    assertThat(cluster.requests().entries())
        .filteredOn(entry -> entry.request().user().equals(next.name()))
        .allSatisfy(entry -> assertThat(entry.effect()).isEqualTo(Effect.NONE));
  }

  private List<String> difference(Map<String, Object> state) {
    Set<String> objects = new TreeSet<>(undisturbed.keySet());
    objects.addAll(state.keySet());
    objects.removeIf(object -> Objects.equals(undisturbed.get(object), state.get(object)));
    return objects.stream()
        .map(object -> object + ": " + state.get(object) + " not " + undisturbed.get(object))
        .toList();
  }

  private static OpenKruiseInstaller.Builder installer(
      SimulatedCluster cluster, ClusterUser user, Duration limit, Transcript said) {
    return SmallInstallers.taking(cluster, user)
        .release(BriskRelease.marked())
        .customize(SecretMarkers.inRelease())
        .timeout(limit)
        .listener(said);
  }

  @Override
  public String toString() {
    return sequence.toString();
  }

  /** The secrets that there were. */
  SecretMarkers markers() {
    return markers;
  }
}
