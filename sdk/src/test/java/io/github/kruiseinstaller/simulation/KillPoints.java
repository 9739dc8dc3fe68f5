package io.github.kruiseinstaller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.model.RetryPolicy;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.fault.Client;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Kills an installer at every single request that it makes: nobody is refused, then or later, the
 * next run ends where an undisturbed one does, and the run after that writes nothing.
 *
 * <p>A kill before a request leaves the cluster as the kill after the effect of the request before
 * it does, so each point is tried once: before the first request, and after each.
 */
final class KillPoints {
  private static final String VICTIM = "victim";
  private static final int AT_ONCE = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** In this time a cluster waits out the three seconds of minReadySeconds in a twentieth of it. */
  private static final SimulatedCluster.Builder CLUSTER = SimulatedCluster.builder().speed(20);

  /** Who has been killed does not knock all the time. */
  private static final RetryPolicy SELDOM =
      new RetryPolicy(Duration.ofMillis(2), 10.0, 0.0, Duration.ofSeconds(10));

  private final Scene scene;
  private final Verb verb;
  private final Verb nextVerb;
  private final Map<String, Object> undisturbed;
  private final Queue<Killed> killed = new ConcurrentLinkedQueue<>();
  private final int requests;

  private KillPoints(Scene scene, Verb verb, Verb nextVerb) {
    this.scene = scene;
    this.verb = verb;
    this.nextVerb = nextVerb;
    try (SimulatedCluster cluster = CLUSTER.start()) {
      Lookout lookout = set(cluster);
      verb.run(victim(cluster).listener(lookout).build());
      lookout.look("after the undisturbed run");
      assertThat(lookout.wrong()).isEmpty();
      this.requests =
          (int)
              cluster.requests().entries().stream()
                  .filter(entry -> entry.request().user().equals(VICTIM))
                  .count();
      if (nextVerb != verb) {
        assertThat(nextVerb.run(nextVerb.installer(scene, cluster, "next").build()).succeeded())
            .isTrue();
      }
      this.undisturbed = state(cluster);
    }
  }

  /** A repair makes no inventory, and an installation may be killed before it has made one. */
  private Map<String, Object> state(SimulatedCluster cluster) {
    return verb == Verb.INSTALL && nextVerb == Verb.REPAIR
        ? ClusterState.withoutInventory(cluster)
        : ClusterState.of(cluster);
  }

  /**
   * Tries all.
   *
   * @return how many points were tried
   */
  static int tryAll(Scene scene) throws Exception {
    return tryAll(scene, Verb.INSTALL, Verb.INSTALL);
  }

  /**
   * Tries all.
   *
   * @param verb what the killed one was asked to do
   * @param nextVerb what the next one is asked to do
   * @return how many points were tried
   */
  static int tryAll(Scene scene, Verb verb, Verb nextVerb) throws Exception {
    return new KillPoints(scene, verb, nextVerb).tryAll();
  }

  private int tryAll() throws Exception {
    List<Future<Boolean>> points = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      // The last first: runs that are killed late clean up for a while, and others go on meanwhile.
      for (int after = requests; after >= 0; after--) {
        int point = after;
        points.add(threads.submit(() -> killedAfter(point)));
      }
      int tried = count(points);
      assertThat(killed).hasSize(tried).allSatisfy(Killed::hasEnded);
      return tried;
    } finally {
      threads.shutdownNow();
    }
  }

  /** How many of the points were tried; all are, also when some fail. */
  private static int count(List<Future<Boolean>> points) throws Exception {
    int tried = 0;
    AssertionError failures = new AssertionError("not at all points all was well");
    for (Future<Boolean> point : points) {
      try {
        tried += point.get() ? 1 : 0;
      } catch (ExecutionException e) {
        failures.addSuppressed(e.getCause());
      }
    }
    if (failures.getSuppressed().length > 0) {
      throw failures;
    }
    return tried;
  }

  /**
   * Tries one.
   *
   * @return whether the run got there: one makes a request or two less than another, of those that
   *     look again while it waits
   */
  private boolean killedAfter(int point) throws Exception {
    try (SimulatedCluster cluster = CLUSTER.start()) {
      Lookout lookout = set(cluster);
      if (!kill(cluster, point)) {
        return false;
      }
      lookout.look("right after the kill");
      InstallerLease.runOut(cluster);
      OpenKruiseInstaller next =
          nextVerb.installer(scene, cluster, "next").listener(lookout).build();
      assertThat(nextVerb.run(next).succeeded()).isTrue();
      lookout.look("after the next run");
      assertThat(lookout.wrong())
          .as(() -> "refused around kill " + point + ", managers: " + managers(cluster))
          .isEmpty();
      assertThat(state(cluster)).as("state after kill %d", point).isEqualTo(undisturbed);
      assertThat(nextVerb.run(next).writes()).as("third run after kill %d", point).isZero();
      return true;
    }
  }

  private boolean kill(SimulatedCluster cluster, int point) throws Exception {
    CompletableFuture<Boolean> dead = new CompletableFuture<>();
    cluster.kills().whenKilled(() -> dead.complete(true));
    Fault.Moment moment = point == 0 ? Fault.Moment.BEFORE_EFFECT : Fault.Moment.AFTER_EFFECT;
    cluster.kills().kill(Client.user(VICTIM), Math.max(1, point), moment);
    Operation<?> run = verb.start(victim(cluster).build());
    CompletableFuture.anyOf(dead, run.result().toCompletableFuture())
        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (!dead.isDone()) {
      return false;
    }
    Optional<Recorder.Entry> last =
        cluster.requests().await(entry -> entry.done() && entry.fault().equals("killed"), PATIENCE);
    assertThat(last).as("the request of kill %d has been carried out", point).isPresent();
    run.cancel();
    killed.add(new Killed(run, last.get().request().resource().equals(InstallerLease.LEASES)));
    return true;
  }

  /** What became of the managers, for the explanation of a failure. */
  private static String managers(SimulatedCluster cluster) {
    return cluster.objects().list("v1", "Pod", "kruise-system").stream()
        .map(pod -> pod.get("metadata") + " " + pod.get("status"))
        .map(text -> text.replaceAll("managedFields=\\[.*?], ", ""))
        .collect(Collectors.joining("\n"));
  }

  private Lookout set(SimulatedCluster cluster) {
    Lookout lookout = new Lookout(cluster, cluster.bystander("elsewhere"), scene.refuses());
    scene.setting().accept(cluster);
    return lookout;
  }

  private OpenKruiseInstaller.Builder victim(SimulatedCluster cluster) {
    return verb.installer(scene, cluster, VICTIM).retry(SELDOM);
  }

  /**
   * A run that was killed, and what is left of it in this JVM.
   *
   * @param run the run
   * @param atTheLock whether its last request was about the lock. To give that back is the last
   *     thing that a run does, and when that fails it has done its work all the same.
   */
  private record Killed(Operation<?> run, boolean atTheLock) {
    void hasEnded() {
      CompletableFuture<?> result = run.result().toCompletableFuture();
      if (atTheLock) {
        assertThat(result.handle((report, failure) -> true)).succeedsWithin(PATIENCE);
      } else {
        assertThat(result).failsWithin(PATIENCE);
      }
    }
  }
}
