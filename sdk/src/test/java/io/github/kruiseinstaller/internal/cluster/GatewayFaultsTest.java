package io.github.kruiseinstaller.internal.cluster;

import static io.github.kruiseinstaller.internal.cluster.StubServer.json;
import static io.github.kruiseinstaller.internal.cluster.StubServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.SystemTime;
import io.github.kruiseinstaller.internal.retry.TestControl;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GatewayFaultsTest {
  private static final String PATH = "/api/v1/namespaces/ns";
  private static final ObjectRef NS = ObjectRef.cluster("v1", "Namespace", "ns");
  private static final String LIVE =
      "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'ns'}}";

  private final TestRun run = new TestRun();
  private StubServer server;
  private Cluster cluster;

  @BeforeEach
  void start() throws IOException {
    server = StubServer.http();
    server.on("GET " + PATH, json(200, LIVE));
    cluster = run.cluster(server.url());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void busyServer_isAskedAgainWhenItSaysSo() {
    server
        .once(
            "GET " + PATH,
            exchange -> {
              exchange.getResponseHeaders().set("Retry-After", "3");
              refusal(429, "TooManyRequests", "slow down").to(exchange);
            })
        .once(
            "GET " + PATH,
            exchange -> {
              // The run's wall clock starts with 2025.
              exchange.getResponseHeaders().set("Retry-After", "Wed, 1 Jan 2025 00:00:20 GMT");
              refusal(503, "ServiceUnavailable", "starting").to(exchange);
            })
        .once(
            "GET " + PATH,
            json(
                429,
                "{'kind':'Status','reason':'TooManyRequests','message':'later',"
                    + "'details':{'retryAfterSeconds':5}}"));
    assertThat(cluster.get(NS)).isPresent();
    assertThat(run.retries)
        .containsExactly(
            "429 TooManyRequests: later / 5000",
            "503 ServiceUnavailable: starting / 15000",
            "429 TooManyRequests: slow down / 3000");
  }

  @Test
  void guardedWrite_isGuardedBeforeEachTryAndAsItIsSent() {
    server
        .on("PUT " + PATH, json(200, LIVE))
        .once("PUT " + PATH, refusal(503, "ServiceUnavailable", "starting"));
    AtomicInteger asked = new AtomicInteger();

    cluster.guarded(asked::incrementAndGet).replace(namespace(), Write.PERSIST);

    assertThat(asked).hasValue(4);
  }

  @Test
  void guardedWrite_whenTheGuardRefusesOnceConnected_isNotSentAndTheReasonStays() {
    server.on("PUT " + PATH, json(200, LIVE)).on("DELETE " + PATH, json(200, LIVE));
    AtomicInteger asked = new AtomicInteger();
    InstallException reason =
        new InstallException(Failure.of(FailureCode.LOCK_LOST, "it is lost", "Run again."));
    Cluster guarded =
        cluster.guarded(
            () -> {
              if (asked.incrementAndGet() == 2) {
                run.cancellation.cancel();
                throw reason;
              }
            });

    assertThatThrownBy(() -> guarded.replace(namespace(), Write.PERSIST)).isSameAs(reason);
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void guardedWrite_whenTheGuardMakesRequestsOfItsOwn_isSent() {
    server.on("PUT " + PATH, json(200, LIVE));

    cluster
        .guarded(() -> assertThat(cluster.get(NS)).isPresent())
        .replace(namespace(), Write.PERSIST);

    assertThat(server.seen().stream().map(Object::toString))
        .containsExactly(
            "GET " + PATH,
            "GET " + PATH,
            "PUT " + PATH + "?fieldManager=tester&fieldValidation=Strict");
  }

  @Test
  void guardedWrite_thatTheGuardRefuses_isNotSent() {
    server.on("PUT " + PATH, json(200, LIVE)).on("DELETE " + PATH, json(200, LIVE));
    Cluster guarded =
        cluster.guarded(
            () -> {
              throw new IllegalStateException("not now");
            });

    assertThatThrownBy(() -> guarded.replace(namespace(), Write.PERSIST)).hasMessage("not now");
    assertThatThrownBy(() -> guarded.delete(NS, null)).hasMessage("not now");
    assertThat(server.seen()).isEmpty();
    assertThat(guarded.get(NS)).isPresent();
    assertThat(guarded.replace(namespace(), Write.DRY_RUN).name()).isEqualTo("ns");
  }

  private static Manifest namespace() {
    return Manifest.of(
        Map.of("apiVersion", "v1", "kind", "Namespace", "metadata", Map.of("name", "ns")));
  }

  @Test
  void cutOffAnswer_isAskedForAgain() {
    server.once("GET " + PATH, StubServer.cutOff("{\"apiVersion\":"));
    assertThat(cluster.get(NS)).isPresent();
    assertThat(run.retries).singleElement().asString().contains("the answer ended early");
  }

  @Test
  void droppedConnection_isAskedAgain() {
    server.once("GET " + PATH, StubServer.hangUp()).once("GET " + PATH, StubServer.hangUp());
    assertThat(cluster.get(NS)).isPresent();
  }

  @Test
  void resetConnection_isAskedAgain() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread resetting = new Thread(() -> resetAll(listener));
      resetting.setDaemon(true);
      resetting.start();
      Cluster reset = run.cluster("http://127.0.0.1:" + listener.getLocalPort());
      run.time.pass(run.control.deadline().remaining().minusSeconds(20));
      assertThatThrownBy(() -> reset.get(NS)).isInstanceOf(DeadlineException.class);
      assertThat(run.retries.get(0)).containsIgnoringCase("reset");
    }
  }

  @Test
  void deadServer_isAskedUntilTheDeadlineAndTheLastErrorIsKept() throws IOException {
    // Nobody listens there, and as long as it is bound nobody else can.
    try (Socket taken = new Socket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Cluster dead = run.cluster("http://127.0.0.1:" + taken.getLocalPort());
      assertThatThrownBy(() -> dead.get(NS))
          .isInstanceOf(DeadlineException.class)
          .hasMessageContaining("get Namespace ns: cannot connect")
          .hasCauseInstanceOf(ClusterException.class);
      assertThat(run.retries.size()).isGreaterThan(50);
    }
  }

  @Test
  void somethingElseThanTheApiServer_isNamed() {
    server.on("GET " + PATH, e -> StubServer.send(e, 403, "text/html", "<html>Please log in"));
    assertThatThrownBy(() -> cluster.get(NS))
        .hasMessage("get Namespace ns: 403 Forbidden: <html>Please log in");
    server.on("GET " + PATH, refusal(403, "Forbidden", "no"));
    server.once("GET " + PATH, e -> StubServer.send(e, 200, "text/html", "<html>Welcome"));
    assertThatThrownBy(() -> cluster.get(NS)).hasMessageContaining("403 Forbidden: no");
    assertThat(run.retries).singleElement().asString().startsWith("the answer is cut off or not");
  }

  @Test
  void applyThatTheSchemaRefuses_isTriedAFewTimesOnly() {
    String status = "{'kind':'Status','message':'.dta: field not declared in schema','code':500}";
    server.on("PATCH " + PATH, json(500, status));
    assertThatThrownBy(() -> cluster.apply(parse(LIVE), Write.DRY_RUN))
        .isInstanceOf(ClusterException.class)
        .hasMessage("apply Namespace ns: 500: .dta: field not declared in schema");
    assertThat(server.seen()).hasSize(5);
  }

  @Test
  void foreignWebhookThatDoesNotAnswer_isTriedUntilItDoes() {
    server.on("PATCH " + PATH, json(200, LIVE));
    for (int i = 0; i < 7; i++) {
      server.once("PATCH " + PATH, refusal(500, "InternalError", "failed calling webhook \"x\""));
    }
    assertThat(cluster.apply(parse(LIVE), Write.PERSIST).name()).isEqualTo("ns");
  }

  @Test
  void secretData_isInNoMessage() {
    Manifest secret =
        parse(
            "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s','namespace':'ns'},"
                + "'data':{'key':'dG9wLXNlY3JldA=='}}");
    String quote =
        "v1.Secret.Data: base64Codec: invalid input, error found in #10 byte of"
            + " ...|dG9wLXNlY3JldA|..., bigger context ...|key: dG9wLXNlY3JldA|...";
    server.on("POST /api/v1/namespaces/ns/secrets", refusal(400, "BadRequest", quote));
    assertThatThrownBy(() -> cluster.create(secret, Write.PERSIST))
        .hasMessageContaining("base64Codec: invalid input (content left out)")
        .hasMessageNotContaining("dG9w");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".stringData.password: expected string, got &value.valueUnstructured{Value:20240101}",
        ".stringData: expected map, got &{20240101}",
        "errors:\n  .stringData.password: expected string, got &{[20240101]}\n  .data: expected",
        ".stringData.password is number, got 20240101",
      })
  void secretData_thatServerSideApplyQuotes_isInNoMessage(String quote) {
    Manifest secret =
        parse(
            "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s','namespace':'ns'},"
                + "'stringData':{'password':20240101}}");
    String message = "failed to create typed patch object (ns/s; /v1, Kind=Secret): " + quote;
    Map<String, ?> status =
        Map.of(
            "kind",
            "Status",
            "reason",
            "BadRequest",
            "message",
            message,
            "details",
            Map.of("causes", List.of(Map.of("reason", "FieldValueInvalid", "message", message))));
    server.on("PATCH /api/v1/namespaces/ns/secrets/s", StubServer.json(500, Json.compact(status)));

    assertThatThrownBy(() -> cluster.trying(2).apply(secret, Write.PERSIST))
        .isInstanceOfSatisfying(
            ClusterException.class,
            e -> assertThat(e.answer().causes()).hasSize(1).asString().doesNotContain("20240101"))
        .hasMessageContaining("(ns/s; /v1, Kind=Secret): ")
        .hasMessageContaining(".stringData")
        .hasMessageContaining(" (content left out)")
        .hasMessageNotContaining("20240101");
    assertThat(run.retries).hasSize(1).asString().doesNotContain("20240101");
  }

  @Test
  void cancel_endsACallThatIsNeverAnswered() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server.on("GET " + PATH, server.silent(asked));
    FutureTask<Optional<Manifest>> call = new FutureTask<>(() -> cluster.get(NS));
    new Thread(call).start();
    asked.await();
    run.cancellation.cancel();
    assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> cluster.get(NS)).isInstanceOf(CancellationException.class);
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void deadline_endsACallThatIsNeverAnswered() {
    server.on("GET " + PATH, server.silent(new CountDownLatch(1)));
    SystemTime time = new SystemTime();
    RunControl brief = TestControl.within(Duration.ofMillis(50), time);
    Cluster hurried =
        Connection.over(new ApiClient().setBasePath(server.url())).bind(brief, "tester");
    assertThatThrownBy(() -> hurried.get(NS)).isInstanceOf(DeadlineException.class);
  }

  @Test
  void within_worksAfterTheRunsDeadline() {
    run.time.pass(Duration.ofHours(1));
    assertThatThrownBy(() -> cluster.get(NS)).isInstanceOf(DeadlineException.class);
    assertThat(cluster.within(Duration.ofSeconds(5)).get(NS)).isPresent();
  }

  @Test
  void probe_whenNoAnswerComesInTime_saysSo() {
    server.on("POST /api/v1/namespaces", server.silent(new CountDownLatch(1)));
    assertThatThrownBy(() -> cluster.probeCreate(parse(LIVE), Duration.ofMillis(20)))
        .isInstanceOfSatisfying(
            ClusterException.class,
            e -> assertThat(e.status()).isEqualTo(ClusterException.NO_ANSWER))
        .hasMessageContaining("no answer in time");
  }

  @Test
  void interruptedThread_endsItsCallAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> cluster.get(NS)).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void lostCreate_isReportedAsAlreadyThere() {
    server
        .on("POST /api/v1/namespaces", refusal(409, "AlreadyExists", "exists"))
        .once("POST /api/v1/namespaces", StubServer.cutOff("{"));
    assertThatThrownBy(() -> cluster.create(parse(LIVE), Write.PERSIST))
        .isInstanceOfSatisfying(
            ClusterException.class, e -> assertThat(e.isAlreadyExists()).isTrue());
  }

  @Test
  void telling_tellsBothListenersOfRetries() {
    server.once("GET " + PATH, refusal(503, "ServiceUnavailable", "starting"));
    StringBuilder told = new StringBuilder();
    cluster.telling((object, cause, attempt, delay) -> told.append(cause)).get(NS);
    assertThat(told).hasToString("503 ServiceUnavailable: starting");
    assertThat(run.retries).hasSize(1);
  }

  @Test
  void answersNeverHoldWhatWasSent() {
    server.on("PATCH " + PATH, refusal(422, "Invalid", "spec.x: Invalid value"));
    Map<String, ?> patch = Map.of("data", "top-secret");
    assertThatThrownBy(() -> cluster.mergePatch(NS, patch, Write.PERSIST))
        .hasMessageNotContaining("top-secret");
  }

  private static void resetAll(ServerSocket listener) {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        if (socket.getInputStream().read() >= 0) {
          socket.setSoLinger(true, 0);
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  private static Manifest parse(String json) {
    return Manifest.parseJson(json.replace('\'', '"'));
  }
}
