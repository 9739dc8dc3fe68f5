package io.github.kruiseinstaller.testkit.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.testkit.fault.Client;
import io.github.kruiseinstaller.testkit.fault.Effect;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.Fault.Moment;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import io.github.kruiseinstaller.testkit.fault.KillSwitch;
import io.github.kruiseinstaller.testkit.fault.Recorder;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes wrong, as a client sees it. */
final class FaultDeliveryTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  private ClusterFixture cluster;

  @BeforeEach
  void start() {
    cluster = new ClusterFixture();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private ClusterFixture.Reply create(String name) throws IOException {
    return cluster.send("POST", MAPS, "{'metadata':{'name':'" + name + "'}}");
  }

  private boolean exists(String name) throws IOException {
    return cluster.get(MAPS + "/" + name).status() == 200;
  }

  private Recorder.Entry recorded(String name) throws InterruptedException {
    return cluster
        .server
        .recorder()
        .await(entry -> entry.request().name().equals(name) && entry.done(), Duration.ofSeconds(30))
        .orElseThrow();
  }

  private void fault(Fault fault) {
    cluster.server.faults().add(FaultRule.when().writes().times(1).then(fault));
  }

  @Test
  void answer_withRetryAfter() throws Exception {
    fault(Fault.Answer.unavailable(7));

    ClusterFixture.Reply reply = create("x");

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.header("Retry-After")).isEqualTo("7");
    assertThat(reply.json().at("/details/retryAfterSeconds").asInt()).isEqualTo(7);
    assertThat(exists("x")).isFalse();
    assertThat(recorded("x").fault()).isEqualTo("answer 503");
    assertThat(create("x").status()).isEqualTo(201);
  }

  @Test
  void tooManyRequests_isPlainText() throws IOException {
    fault(Fault.Answer.tooManyRequests(1));

    ClusterFixture.Reply reply = create("x");

    assertThat(reply.status()).isEqualTo(429);
    assertThat(reply.body()).isEqualTo("Too many requests, please try again later.\n");
  }

  @Test
  void recorder_tellsOfARequestBeforeItIsCarriedOut() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    Recorder recorder = cluster.server.recorder();
    recorder.whenBegun(
        request ->
            told.add(
                request.verb()
                    + " "
                    + request.name()
                    + recorder.entries().stream().filter(Recorder.Entry::done).count()));

    create("x");
    recorded("x");
    create("y");

    assertThat(told).containsExactly("create x0", "create y1");
  }

  @Test
  void rule_findsTheNameInABodyOfYaml() throws IOException {
    cluster.server.faults().add(FaultRule.when().name("inside").then(Fault.Answer.unavailable(1)));

    ClusterFixture.Reply reply =
        cluster.send(
            "POST",
            MAPS,
            "kind: ConfigMap\nmetadata:\n  name: inside\n",
            "Content-Type",
            "application/yaml");

    assertThat(reply.status()).isEqualTo(503);
    assertThat(cluster.send("POST", MAPS, "a: [", "Content-Type", "application/yaml").status())
        .isEqualTo(400);
  }

  @Test
  void latency_delays() throws Exception {
    fault(new Fault.Latency(Duration.ofMillis(150)));

    assertThat(create("slow").status()).isEqualTo(201);

    assertThat(recorded("slow").duration()).isGreaterThanOrEqualTo(Duration.ofMillis(150));
  }

  @Test
  void reset_beforeTheEffect() throws Exception {
    fault(new Fault.Reset(Moment.BEFORE_EFFECT));

    assertThatThrownBy(() -> create("x")).isInstanceOf(IOException.class);

    assertThat(recorded("x"))
        .returns(0, Recorder.Entry::status)
        .returns(Effect.NONE, Recorder.Entry::effect)
        .returns("reset before effect", Recorder.Entry::fault);
    assertThat(exists("x")).isFalse();
  }

  @Test
  void reset_afterTheEffect() throws Exception {
    fault(new Fault.Reset(Moment.AFTER_EFFECT));

    assertThatThrownBy(() -> create("x")).isInstanceOf(IOException.class);

    assertThat(recorded("x"))
        .returns(0, Recorder.Entry::status)
        .returns(Effect.CREATED, Recorder.Entry::effect);
    assertThat(exists("x")).isTrue();
  }

  @Test
  void reset_isRstOnTheWire() throws Exception {
    cluster
        .server
        .faults()
        .add(FaultRule.when().verb("list").then(new Fault.Reset(Moment.BEFORE_EFFECT)));
    URI url = URI.create(cluster.server.plainUrl());
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              "GET /api/v1/pods HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      assertThatThrownBy(in::read)
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void hang_forATimeThenReset() throws Exception {
    fault(new Fault.Hang(Moment.AFTER_EFFECT, Duration.ofMillis(100)));

    assertThatThrownBy(() -> create("x")).isInstanceOf(IOException.class);

    assertThat(recorded("x").duration()).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    assertThat(exists("x")).isTrue();
  }

  @Test
  void hang_untilTheClientHasEnough() throws Exception {
    // The connection is there before the client, who takes it over, is in a hurry.
    assertThat(exists("another")).isFalse();
    cluster
        .server
        .faults()
        .add(FaultRule.when().name("x").writes().then(new Fault.Hang(Moment.BEFORE_EFFECT, null)));

    assertThatThrownBy(
            () ->
                cluster
                    .client
                    .newBuilder()
                    .readTimeout(Duration.ofMillis(200))
                    .build()
                    .newCall(
                        cluster.request(
                            cluster.server.adminToken(), "POST", MAPS, "{'metadata':{'name':'x'}}"))
                    .execute())
        .isInstanceOf(IOException.class);

    assertThat(recorded("x").status()).isZero();
    assertThat(exists("x")).isFalse();
  }

  @Test
  void truncation_afterTheEffect() throws Exception {
    fault(new Fault.Truncation());

    assertThatThrownBy(() -> create("x")).isInstanceOf(IOException.class);

    assertThat(recorded("x"))
        .returns(201, Recorder.Entry::status)
        .returns(Effect.CREATED, Recorder.Entry::effect)
        .returns("truncated", Recorder.Entry::fault);
    assertThat(exists("x")).isTrue();
  }

  @Test
  void truncation_leavesHalfOfTheBody() throws Exception {
    cluster.server.faults().add(FaultRule.when().verb("get").then(new Fault.Truncation()));
    URI url = URI.create(cluster.server.plainUrl());
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(30_000);
      String request =
          "GET "
              + MAPS
              + "/none HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + cluster.server.adminToken()
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String[] parts = all.split("\r\n\r\n", 2);
      long promised =
          parts[0]
              .lines()
              .filter(line -> line.startsWith("Content-Length: "))
              .mapToLong(line -> Long.parseLong(line.substring(16)))
              .findFirst()
              .orElseThrow();
      assertThat(parts[1].length()).isEqualTo((int) (promised / 2));
    }
  }

  @Test
  void truncation_ofAWatchBreaksAnEventOff() throws Exception {
    create("a");
    cluster.server.faults().add(FaultRule.when().verb("watch").then(new Fault.Truncation()));

    try (WatchStream watch = new WatchStream(cluster, MAPS + "?watch=1")) {
      assertThatThrownBy(watch::next)
          .isInstanceOfAny(IOException.class, IllegalArgumentException.class);
    }
  }

  @Test
  void expired_list() throws IOException {
    cluster.server.faults().add(FaultRule.when().verb("list").then(new Fault.Expired()));

    ClusterFixture.Reply reply = cluster.get(MAPS + "?continue=abc");

    assertThat(reply.status()).isEqualTo(410);
    assertThat(reply.reason()).isEqualTo("Expired");
    assertThat(reply.message())
        .startsWith("The provided continue parameter is too old to display a consistent list");
    assertThat(cluster.get(MAPS).message())
        .isEqualTo("The resourceVersion for the provided list is too old.");
  }

  @Test
  void leaseClock_shiftsTimesInAnswersOnly() throws Exception {
    String path = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
    cluster.send(
        "POST",
        path,
        "{'metadata':{'name':'l'},'spec':{'holderIdentity':'me',"
            + "'renewTime':'2025-03-01T12:00:00.000000Z'}}");
    FaultRule rule =
        FaultRule.when()
            .resource("leases.coordination.k8s.io")
            .then(new Fault.LeaseClock(Duration.ofHours(-1)));
    cluster.server.faults().add(rule);

    assertThat(cluster.get(path + "/l").json().at("/spec/renewTime").asText())
        .isEqualTo("2025-03-01T11:00:00.000000Z");
    assertThat(cluster.get(path).json().at("/items/0/spec/renewTime").asText())
        .isEqualTo("2025-03-01T11:00:00.000000Z");
    try (WatchStream watch = new WatchStream(cluster, path + "?watch=1")) {
      assertThat(watch.next().at("/object/spec/renewTime").asText())
          .isEqualTo("2025-03-01T11:00:00.000000Z");
    }
    cluster.server.faults().remove(rule);
    assertThat(cluster.get(path + "/l").json().at("/spec/renewTime").asText())
        .isEqualTo("2025-03-01T12:00:00.000000Z");
  }

  @Test
  void kill_atARequestBeforeItsEffect() throws Exception {
    String token = cluster.server.tokens().add("victim", List.of("system:masters"));
    KillSwitch.Kill kill =
        cluster.server.kills().kill(Client.user("victim"), 2, Moment.BEFORE_EFFECT);

    assertThat(as(token, "a").status()).isEqualTo(201);
    assertThatThrownBy(() -> as(token, "b")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> as(token, "c")).isInstanceOf(IOException.class);

    assertThat(kill.dead()).isTrue();
    assertThat(exists("a")).isTrue();
    assertThat(exists("b")).isFalse();
    assertThat(recorded("b").fault()).isEqualTo("killed");
    kill.lift();
    assertThat(as(token, "d").status()).isEqualTo(201);
  }

  @Test
  void kill_afterItsEffect_takesOpenWatchesAlong() throws Exception {
    try (WatchStream watch = new WatchStream(cluster, MAPS + "?watch=1")) {
      cluster.server.kills().kill(Client.agent("kubectl/"), 1, Moment.AFTER_EFFECT);

      assertThatThrownBy(() -> create("last")).isInstanceOf(IOException.class);

      // The last effect may still have been told of.
      assertThatThrownBy(
              () -> {
                watch.next();
                watch.next();
              })
          .isInstanceOf(IOException.class);
      assertThat(recorded("last").effect()).isEqualTo(Effect.CREATED);
      assertThat(
              cluster
                  .sendAs(cluster.server.adminToken(), "GET", MAPS + "/last", "", "User-Agent", "x")
                  .status())
          .isEqualTo(200);
    }
  }

  private ClusterFixture.Reply as(String token, String name) throws IOException {
    return cluster.sendAs(token, "POST", MAPS, "{'metadata':{'name':'" + name + "'}}");
  }

  @Test
  void record_tellsEffectsApart() throws Exception {
    create("x");
    cluster.send("PUT", MAPS + "/x", "{'metadata':{'name':'x'},'data':{'a':'b'}}");
    cluster.send("PUT", MAPS + "/x", "{'metadata':{'name':'x'},'data':{'a':'b'}}");
    cluster.send("DELETE", MAPS + "/x", "{'dryRun':['All']}");
    cluster.send("DELETE", MAPS + "/x", "");
    cluster.send("POST", MAPS + "?dryRun=All", "{'metadata':{'name':'x'}}");

    List<Recorder.Entry> entries = cluster.server.recorder().entries();

    assertThat(entries)
        .extracting(Recorder.Entry::effect)
        .containsExactly(
            Effect.CREATED, Effect.CHANGED, Effect.NONE, Effect.NONE, Effect.DELETED, Effect.NONE);
    assertThat(entries)
        .extracting(entry -> entry.request().dryRun())
        .containsExactly(false, false, false, true, false, true);
    assertThat(entries.get(0).request())
        .returns("kubernetes-admin", request -> request.user())
        .returns("create", request -> request.verb())
        .returns("configmaps", request -> request.resource())
        .returns("default", request -> request.namespace())
        .returns(MAPS, request -> request.path());
  }

  @Test
  void connections_areUsedAgain_afterOrdinaryRefusals() throws Exception {
    cluster.get(MAPS + "/none");
    cluster.get("/nowhere");
    create("x");

    assertThat(cluster.client.connectionPool().connectionCount()).isEqualTo(1);
  }

  @Test
  void killedWhileItWaits_isReset() throws Exception {
    cluster
        .server
        .faults()
        .add(FaultRule.when().verb("list").then(new Fault.Hang(Moment.BEFORE_EFFECT, null)));
    CompletableFuture<Throwable> hung =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                cluster.get(MAPS);
                return new AssertionError("answered");
              } catch (IOException e) {
                return e;
              }
            });
    cluster
        .server
        .recorder()
        .await(entry -> entry.request().verb().equals("list"), Duration.ofSeconds(30));

    cluster.server.kills().kill(Client.ANY, 0, Moment.BEFORE_EFFECT);

    assertThat(hung.get(30, TimeUnit.SECONDS))
        .isInstanceOfAny(EOFException.class, IOException.class);
  }
}
