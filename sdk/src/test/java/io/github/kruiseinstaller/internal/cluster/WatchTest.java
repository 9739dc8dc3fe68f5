package io.github.kruiseinstaller.internal.cluster;

import static io.github.kruiseinstaller.internal.cluster.StubServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.cluster.WatchStream.Event;
import io.github.kruiseinstaller.internal.cluster.WatchStream.WatchEndedException;
import io.github.kruiseinstaller.internal.wait.Waiter;
import io.github.kruiseinstaller.internal.wait.WatchingWaiter;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

@Timeout(60)
@Isolated("looks at all that the JVM does")
class WatchTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String WATCH = "GET /api/v1/namespaces/ns/pods?watch=1";
  private static final Query PODS = Query.all("v1", "Pod", "ns");

  private final TestRun run = new TestRun();
  private StubServer server;
  private Cluster cluster;

  @BeforeEach
  void start() throws IOException {
    server = StubServer.http();
    cluster = run.cluster(server.url());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void next_givesEventsInOrderAndLeavesBookmarksOut() throws Exception {
    server.on(
        WATCH,
        server.lines(
            true,
            event("ADDED", "a", "1"),
            "{'type':'BOOKMARK','object':{'kind':'Pod','metadata':{'resourceVersion':'5'}}}",
            "",
            event("MODIFIED", "a", "6"),
            event("DELETED", "a", "7")));
    try (WatchStream watch = cluster.watch(PODS, "0")) {
      assertThat(server.last().uri())
          .endsWith("?watch=1&allowWatchBookmarks=true&resourceVersion=0");
      assertThat(text(watch.next(LONG))).isEqualTo("ADDED a 1");
      assertThat(text(watch.next(LONG))).isEqualTo("MODIFIED a 6");
      assertThat(text(watch.next(LONG))).isEqualTo("DELETED a 7");
      assertThat(watch.next(Duration.ZERO)).isEmpty();
    }
  }

  @Test
  void next_whenTheResourceVersionIsTooOld_ends() {
    server.on(
        WATCH,
        server.lines(
            true,
            "{'type':'ERROR','object':{'kind':'Status','code':410,'reason':'Expired',"
                + "'message':'too old resource version'}}"));
    try (WatchStream watch = cluster.watch(PODS, "1")) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> watch.next(LONG))
            .isInstanceOf(WatchEndedException.class)
            .hasMessage("410 Expired: too old resource version");
      }
    }
  }

  @Test
  void watch_whenTheServerRefusesTheResourceVersion_isAnEndedStream() {
    server.on(WATCH, refusal(410, "Gone", "too old"));
    try (WatchStream watch = cluster.watch(PODS, "1")) {
      assertThatThrownBy(() -> watch.next(LONG)).isInstanceOf(WatchEndedException.class);
    }
  }

  @Test
  void next_whenTheServerEndsTheStream_givesWhatCameBeforeAndEnds() throws Exception {
    server.on(WATCH, server.lines(false, event("ADDED", "a", "1")));
    try (WatchStream watch = cluster.watch(PODS, "0")) {
      assertThat(text(watch.next(LONG))).isEqualTo("ADDED a 1");
      assertThatThrownBy(() -> watch.next(LONG)).isInstanceOf(WatchEndedException.class);
    }
  }

  @Test
  void next_whenALineIsCutOff_ends() {
    server.on(WATCH, server.lines(false, "{'type':'ADDED','obj"));
    try (WatchStream watch = cluster.watch(PODS, "0")) {
      assertThatThrownBy(() -> watch.next(LONG))
          .isInstanceOf(WatchEndedException.class)
          .hasMessageContaining("cut off");
    }
  }

  @Test
  void watch_whenRefused_throwsTheRefusal() {
    server.on(WATCH, refusal(403, "Forbidden", "no"));
    assertThatThrownBy(() -> cluster.watch(PODS, "0"))
        .isInstanceOfSatisfying(ClusterException.class, e -> assertThat(e.status()).isEqualTo(403));
  }

  @Test
  void watch_whenTheServerIsBusy_isOpenedLater() throws Exception {
    server
        .on(WATCH, server.lines(true, event("ADDED", "a", "1")))
        .once(WATCH, refusal(503, "ServiceUnavailable", "starting"));
    try (WatchStream watch = cluster.watch(PODS, "0")) {
      assertThat(text(watch.next(LONG))).isEqualTo("ADDED a 1");
    }
    assertThat(run.retries).hasSize(1);
  }

  @Test
  void cancel_endsAWatchThatSaysNothing() throws Exception {
    server.on(WATCH, server.lines(true, event("ADDED", "a", "1")));
    CountDownLatch reading = new CountDownLatch(1);
    FutureTask<Optional<Event>> reader =
        new FutureTask<>(
            () -> {
              try (WatchStream watch = cluster.watch(PODS, "0")) {
                watch.next(LONG);
                reading.countDown();
                return watch.next(LONG);
              }
            });
    new Thread(reader).start();
    reading.await();
    run.cancellation.cancel();
    assertThatThrownBy(() -> reader.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(CancellationException.class);
  }

  @Test
  void cancel_endsTheOpeningOfAWatchThatIsNeverAnswered() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server.on(WATCH, server.silent(asked));
    FutureTask<WatchStream> opening = new FutureTask<>(() -> cluster.watch(PODS, "0"));
    new Thread(opening).start();
    asked.await();
    run.cancellation.cancel();
    assertThatThrownBy(() -> opening.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(CancellationException.class);
  }

  @Test
  void close_endsTheThreadThatReads() throws Exception {
    server.on(WATCH, server.lines(true, event("ADDED", "a", "1")));
    WatchStream watch = cluster.watch(PODS, "0");
    watch.next(LONG);
    List<Thread> readers = readers();
    assertThat(readers).isNotEmpty().allMatch(Thread::isDaemon);
    watch.close();
    for (Thread reader : readers) {
      reader.join(TimeUnit.SECONDS.toMillis(20));
      assertThat(reader.isAlive()).isFalse();
    }
  }

  @Test
  void close_whenNobodyReadsTheEvents_endsTheThreadToo() throws Exception {
    String[] many = new String[2000];
    Arrays.fill(many, event("MODIFIED", "a", "1"));
    server.on(WATCH, server.lines(true, many));
    WatchStream watch = cluster.watch(PODS, "0");
    watch.next(LONG);
    List<Thread> readers = readers();
    watch.close();
    for (Thread reader : readers) {
      reader.join(TimeUnit.SECONDS.toMillis(20));
      assertThat(reader.isAlive()).isFalse();
    }
  }

  @Test
  void waiter_survivesAnApiServerThatGoesAwayAndComesBack() {
    ObjectRef pod = ObjectRef.namespaced("v1", "Pod", "ns", "a");
    String list = "GET /api/v1/namespaces/ns/pods?fieldSelector=metadata.name%3Da&limit=500";
    server
        .on(list, listing("done"))
        .once(list, StubServer.hangUp())
        .once(list, refusal(503, "ServiceUnavailable", "starting"))
        .once(list, listing("half"))
        .on(
            "GET /api/v1/namespaces/ns/pods?fieldSelector=metadata.name%3Da&watch=1",
            server.lines(false));
    List<String> told = new ArrayList<>();
    new WatchingWaiter(cluster, run.control)
        .await(
            Query.one(pod),
            List.of(pod),
            live -> {
              String phase = live == null ? "absent" : String.valueOf(live.text("phase"));
              return new Waiter.State(phase.equals("done"), phase);
            },
            (ref, state, waited) -> told.add(state));
    assertThat(told).first().isEqualTo("half");
    assertThat(told.get(1))
        .isEqualTo("half; the API server cannot be asked: 503 ServiceUnavailable: starting");
    assertThat(told).last().isEqualTo("done");
  }

  private static StubServer.Answer listing(String phase) {
    return StubServer.json(
        200,
        "{'metadata':{'resourceVersion':'1'},'items':[{'metadata':{'name':'a','namespace':'ns'},"
            + "'phase':'"
            + phase
            + "'}]}");
  }

  private static List<Thread> readers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("kruise-installer-watch"))
        .toList();
  }

  private static String event(String type, String name, String resourceVersion) {
    return "{'type':'"
        + type
        + "','object':{'apiVersion':'v1','kind':'Pod','metadata':{'name':'"
        + name
        + "','namespace':'ns','resourceVersion':'"
        + resourceVersion
        + "'}}}";
  }

  private static String text(Optional<Event> event) {
    Manifest object = event.orElseThrow().object();
    return event.orElseThrow().type() + " " + object.name() + " " + object.resourceVersion();
  }
}
