package io.github.kruiseinstaller.examples.provisioning;

import io.github.kruiseinstaller.Operation;
import io.github.kruiseinstaller.event.InstallListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of this process: one at a time in each cluster, and the last of those that have ended.
 * Other processes are kept apart by the SDK's lock in the cluster: a run that does not get it fails
 * with code {@code locked}. Nothing is kept on disk: what a restarted service needs is in the
 * clusters. Thread-safe.
 */
final class Runs {
  /** Each has some threads and connections of its own. */
  static final int MOST_AT_ONCE = 32;

  static final int MOST_ENDED = 200;

  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);

  private final Map<String, ClusterRun> runs = new LinkedHashMap<>();
  private boolean stopping;

  /**
   * Starts a run and returns at once.
   *
   * @param work starts it in the SDK, with somebody who wants to be told
   * @throws Refusal when one is under way in the cluster, or this is no time to start another
   */
  synchronized ClusterRun start(
      String cluster, Verb verb, Function<InstallListener, Operation<?>> work) {
    requireOpen();
    List<ClusterRun> underWay = underWay();
    for (ClusterRun other : underWay) {
      if (other.cluster().equals(cluster)) {
        throw new Refusal(underWay(other));
      }
    }
    if (underWay.size() >= MOST_AT_ONCE) {
      throw new Refusal(503, MOST_AT_ONCE + " runs are under way", "Ask again when one has ended.");
    }
    ClusterRun run = ClusterRun.start(cluster, verb, work);
    runs.put(run.id(), run);
    forgetOldest();
    LOG.info("run {} in {}: {} started", run.id(), cluster, verb);
    var unused =
        run.outcome()
            .thenAccept(end -> LOG.info("run {} in {}: {} {}", run.id(), cluster, verb, end));
    return run;
  }

  /**
   * A run.
   *
   * @throws Refusal when there is none, or it has been forgotten
   */
  synchronized ClusterRun get(String id) {
    ClusterRun run = runs.get(id);
    if (run == null) {
      throw new Refusal(
          404,
          "there is no run '" + id + "'",
          "GET /runs lists those that there are: of those that have ended the last "
              + MOST_ENDED
              + ".");
    }
    return run;
  }

  /** All runs that are known. */
  synchronized List<ClusterRun> newestFirst() {
    List<ClusterRun> all = new ArrayList<>(runs.values());
    Collections.reverse(all);
    return all;
  }

  /**
   * Makes sure that runs can be started.
   *
   * @throws Refusal once the service has been told to end
   */
  synchronized void requireOpen() {
    if (stopping) {
      throw new Refusal(503, "the service is about to end", "Ask the one that takes its place.");
    }
  }

  /**
   * Starts no more runs, cancels those under way and waits for them.
   *
   * @return whether all have ended in time
   */
  boolean stop(Duration limit) {
    List<ClusterRun> last;
    synchronized (this) {
      stopping = true;
      last = underWay();
    }
    last.forEach(ClusterRun::cancel);
    CompletableFuture<?>[] ends =
        last.stream().map(ClusterRun::outcome).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("not all runs have ended; running again finishes their work", e);
    }
    return false;
  }

  private synchronized List<ClusterRun> underWay() {
    return runs.values().stream().filter(run -> !run.hasEnded()).toList();
  }

  private static Answer underWay(ClusterRun run) {
    return Answer.error(
            409,
            "run " + run.id() + " is under way in cluster '" + run.cluster() + "'",
            "Follow it, wait until it has ended, or DELETE it.")
        .with("Location", "/runs/" + run.id());
  }

  private void forgetOldest() {
    Iterator<ClusterRun> oldest = runs.values().iterator();
    long surplus = runs.values().stream().filter(ClusterRun::hasEnded).count() - MOST_ENDED;
    while (surplus > 0) {
      if (oldest.next().hasEnded()) {
        oldest.remove();
        surplus--;
      }
    }
  }
}
