package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.e2e.BystanderLog.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import okhttp3.Call;

/**
 * Somebody who has nothing to do with OpenKruise: creates, changes, deletes and evicts Pods in a
 * namespace of its own, all the time, and remembers every refusal. Eight threads send dry runs, ten
 * a second each; one goes through whole lives of real Pods, half of which end by deletion and half,
 * a few seconds later, by eviction. Every thread has its own connection.
 *
 * <p>{@link #stop()} and {@link #close()} end all threads and connections.
 */
public final class Bystander implements AutoCloseable {
  private static final int DRY_RUNNERS = 8;
  private static final Duration DRY_RUN_PACE = Duration.ofMillis(100);
  private static final Duration REAL_PACE = Duration.ofMillis(150);
  private static final Duration EVICTION_AGE = Duration.ofSeconds(3);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);
  private static final Duration CANCEL_PACE = Duration.ofMillis(50);
  private static final Duration SETTLE = Duration.ofSeconds(30);
  private static final Duration SETTLE_PACE = Duration.ofMillis(200);

  /** There are two managers as a rule, each with a cache of its own. */
  private static final int EVICTIONS_IN_A_ROW = 2;

  private final KubeApi api;
  private final String namespace;
  private final PodRequests requests;
  private final LongSupplier nanos;
  private final RipePods toEvict;
  private final BystanderLog log = new BystanderLog();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Set<Call> inFlight = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();
  private long startNanos;
  private long endNanos;

  private Bystander(KubeApi api, String namespace, LongSupplier nanos, Duration evictionAge) {
    this.api = api;
    this.namespace = namespace;
    this.requests = new PodRequests(namespace);
    this.nanos = nanos;
    this.toEvict = new RipePods(evictionAge);
  }

  /**
   * Creates the namespace, where it is absent, and the Pod that dry runs ask about, waits until a
   * manager that serves already has seen that Pod, and starts asking.
   *
   * @throws IllegalStateException when the cluster refuses Pods already
   * @throws java.io.UncheckedIOException when the API server does not answer
   */
  public static Bystander start(KubeApi api, String namespace) throws InterruptedException {
    return start(api, namespace, EVICTION_AGE);
  }

  static Bystander start(KubeApi api, String namespace, Duration evictionAge)
      throws InterruptedException {
    Bystander bystander = new Bystander(api, namespace, System::nanoTime, evictionAge);
    bystander.prepare();
    bystander.run();
    return bystander;
  }

  private void prepare() throws InterruptedException {
    createNamespace();
    createStanding();
    awaitSeen();
  }

  private void createNamespace() {
    KubeApi.Answer created =
        api.ask(
            "POST",
            "/api/v1/namespaces",
            "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\""
                + namespace
                + "\"}}");
    if (!created.ok() && created.status() != 409) {
      throw new IllegalStateException("cannot create namespace " + namespace + ": " + created);
    }
  }

  private void createStanding() throws InterruptedException {
    long giveUp = nanos.getAsLong() + SETTLE.toNanos();
    while (true) {
      KubeApi.Answer answer = answerOf(requests.createStanding(api));
      if (answer.ok() || answer.status() == 409) {
        return;
      }
      // A namespace refuses Pods until its controller has made the default ServiceAccount.
      if (nanos.getAsLong() > giveUp
          || Verdict.of(answer.status(), answer.text()) == Verdict.REFUSED) {
        throw new IllegalStateException("cannot create a Pod in " + namespace + ": " + answer);
      }
      Thread.sleep(SETTLE_PACE.toMillis());
    }
  }

  /** A manager denies to evict what its cache has not seen, see {@link RipePods}. */
  private void awaitSeen() throws InterruptedException {
    long giveUp = nanos.getAsLong() + SETTLE.toNanos();
    int seen = 0;
    while (seen < EVICTIONS_IN_A_ROW && nanos.getAsLong() < giveUp) {
      KubeApi.Answer answer = answerOf(requests.dryRun(api, PodVerb.EVICT));
      if (PodRequests.isUnseen(answer.message())) {
        seen = 0;
        Thread.sleep(SETTLE_PACE.toMillis());
      } else {
        seen++;
      }
    }
  }

  private static KubeApi.Answer answerOf(Call call) {
    try {
      return KubeApi.send(call);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void run() {
    startNanos = nanos.getAsLong();
    for (int i = 0; i < DRY_RUNNERS; i++) {
      int first = i;
      threads.add(new Thread(() -> dryRuns(first), "bystander-" + i));
    }
    threads.add(new Thread(this::realLives, "bystander-real"));
    threads.forEach(
        thread -> {
          thread.setDaemon(true);
          thread.start();
        });
  }

  private void dryRuns(int first) {
    PodVerb[] verbs = PodVerb.values();
    try (KubeApi own = api.onOwnConnections()) {
      int turn = first;
      long due = nanos.getAsLong();
      do {
        PodVerb verb = verbs[turn++ % verbs.length];
        record(verb, requests.dryRun(own, verb));
        // A late thread does not catch up: a burst after an outage would tell nothing new.
        due = Math.max(due + DRY_RUN_PACE.toNanos(), nanos.getAsLong());
      } while (!stoppedBy(due));
    }
  }

  private void realLives() {
    try (KubeApi own = api.onOwnConnections()) {
      boolean evictIt = false;
      do {
        String name = requests.freshName();
        if (record(PodVerb.CREATE, requests.real(own, PodVerb.CREATE, name)) == Verdict.ADMITTED) {
          long born = nanos.getAsLong();
          record(PodVerb.UPDATE, requests.real(own, PodVerb.UPDATE, name));
          if (evictIt) {
            toEvict.add(name, born);
          } else {
            record(PodVerb.DELETE, requests.real(own, PodVerb.DELETE, name));
          }
          evictIt = !evictIt;
        }
        toEvict
            .poll(nanos.getAsLong())
            .ifPresent(ripe -> record(PodVerb.EVICT, requests.real(own, PodVerb.EVICT, ripe)));
      } while (!stoppedBy(nanos.getAsLong() + REAL_PACE.toNanos()));
    }
  }

  private Verdict record(PodVerb verb, Call call) {
    long start = nanos.getAsLong();
    inFlight.add(call);
    Verdict verdict;
    int status = 0;
    String text;
    try {
      KubeApi.Answer answer = KubeApi.send(call);
      verdict = Verdict.of(answer.status(), answer.text());
      status = answer.status();
      text = verdict == Verdict.ADMITTED ? "" : answer.message();
    } catch (IOException e) {
      verdict = Verdict.UNANSWERED;
      text = e.toString();
    } finally {
      inFlight.remove(call);
    }
    log.add(new Entry(verb, start, nanos.getAsLong(), verdict, status, text));
    return verdict;
  }

  private boolean stoppedBy(long dueNanos) {
    try {
      return stop.await(Math.max(0, dueNanos - nanos.getAsLong()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** The namespace it works in. */
  public String namespace() {
    return namespace;
  }

  /** This moment, for {@link #reportSince}. */
  public long moment() {
    return nanos.getAsLong();
  }

  /** What was seen so far. */
  public synchronized BystanderReport report() {
    return log.report(startNanos, endNanos == 0 ? nanos.getAsLong() : endNanos);
  }

  /** What was seen by requests that were sent after a moment. */
  public synchronized BystanderReport reportSince(long moment) {
    return log.since(moment).report(moment, endNanos == 0 ? nanos.getAsLong() : endNanos);
  }

  /**
   * What was seen by requests that were answered after a moment, whenever they were sent: some are
   * refused only after a time-out.
   */
  public synchronized BystanderReport reportAnsweredSince(long moment) {
    return log.answeredSince(moment).report(moment, endNanos == 0 ? nanos.getAsLong() : endNanos);
  }

  /**
   * Stops asking, waits up to two seconds for the last answers and ends every thread. A request
   * that hangs longer counts as unanswered.
   */
  public synchronized BystanderReport stop() throws InterruptedException {
    if (endNanos == 0) {
      stop.countDown();
      long giveUp = nanos.getAsLong() + LAST_ANSWERS.toNanos();
      for (Thread thread : threads) {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(giveUp - nanos.getAsLong())));
      }
      for (Thread thread : threads) {
        // Again and again, because a thread may have been between two requests.
        while (thread.isAlive()) {
          inFlight.forEach(Call::cancel);
          thread.join(CANCEL_PACE.toMillis());
        }
      }
      endNanos = nanos.getAsLong();
    }
    return report();
  }

  /** Stops, and deletes the namespace. An interrupt stays set. */
  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException e) {
      inFlight.forEach(Call::cancel);
      Thread.currentThread().interrupt();
      return;
    }
    try {
      api.delete("/api/v1/namespaces/" + namespace);
    } catch (RuntimeException clusterIsGone) {
      // A namespace left behind matters less than the error that the test is about to report.
      return;
    }
  }
}
