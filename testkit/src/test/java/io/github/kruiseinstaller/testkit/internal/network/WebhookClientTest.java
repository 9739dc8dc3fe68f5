package io.github.kruiseinstaller.testkit.internal.network;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.network.Certificates.Validity;
import io.github.kruiseinstaller.testkit.internal.network.HttpsListener.Answer;
import io.github.kruiseinstaller.testkit.internal.network.HttpsListener.Site;
import io.github.kruiseinstaller.testkit.internal.network.Network.Trouble;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WebhookClientTest {
  private static final String POST = "Post \"https://hook.sys.svc:443/check?timeout=5s\": ";
  private static final Site ECHO = (path, body) -> Answer.json(body);

  private final Backend backend = new Backend();

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void post_toAReadyPod_returnsWhatItAnswers() throws WebhookFailure {
    backend.pod("10.244.0.1", ECHO);
    backend.endpoints("10.244.0.1");
    assertThat(backend.client.post(backend.target(), review(), 5)).isEqualTo(review());
  }

  @Test
  void post_aSecondTime_reusesTheConnectionThoughTheEndpointIsGone() throws WebhookFailure {
    HttpsListener old = backend.pod("10.244.0.1", ECHO);
    backend.endpoints("10.244.0.1");
    backend.client.post(backend.target(), review(), 5);
    backend.endpoints();
    backend.client.post(backend.target(), review(), 5);
    assertThat(old.connections()).isEqualTo(1);
  }

  /** Nobody would close the connections of a second client for the same target. */
  @Test
  void post_severalForTheFirstTimeAtOnce_shareAClient() throws Exception {
    int callers = 4;
    HttpsListener pod = backend.pod("10.244.0.1", ECHO);
    backend.endpoints("10.244.0.1");
    for (int round = 0; round < 5; round++) {
      WebhookTarget target = touched(round);
      CyclicBarrier together = new CyclicBarrier(callers);
      List<CompletableFuture<String>> calls = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        calls.add(
            CompletableFuture.supplyAsync(
                () -> {
                  await(together);
                  return post(target);
                },
                command -> new Thread(command).start()));
      }
      assertThat(calls).allSatisfy(call -> assertThat(call.get(30, SECONDS)).isEqualTo("fine"));
    }
    backend.client.close();
    long deadline = System.nanoTime() + SECONDS.toNanos(30);
    while (pod.connections() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(pod.connections()).isZero();
  }

  private String post(WebhookTarget target) {
    try {
      backend.client.post(target, review(), 5);
      return "fine";
    } catch (WebhookFailure e) {
      return e.text();
    }
  }

  private static void await(CyclicBarrier together) {
    try {
      together.await(30, SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void post_withOtherBytesInTheBundle_dialsAnew() throws WebhookFailure {
    backend.pod("10.244.0.1", (path, body) -> Answer.text(404, "old"));
    HttpsListener young = backend.pod("10.244.0.2", ECHO);
    backend.endpoints("10.244.0.1");
    assertThat(failure(backend.target())).contains("could not find the requested resource");
    backend.endpoints("10.244.0.2");
    assertThat(failure(backend.target())).contains("could not find the requested resource");
    WebhookTarget touched =
        WebhookTarget.of(backend.clientConfig("hook", backend.authority.caPem() + "\n"));
    backend.client.post(touched, review(), 5);
    assertThat(young.connections()).isEqualTo(1);
  }

  @Test
  void post_toAnotherPodThanTheTrustedOne_checksItsCertificateToo() throws WebhookFailure {
    HttpsListener trusted = backend.pod("10.244.0.1", ECHO);
    backend.endpoints("10.244.0.1");
    backend.client.post(backend.target(), review(), 5);
    backend.client.post(touched(1), review(), 5);
    assertThat(trusted.connections()).isEqualTo(2);
    Certificates stranger = Certificates.authority("hook-ca", Backend.VALID);
    backend.pod("10.244.0.2", stranger.issue(List.of("hook.sys.svc"), Backend.VALID), ECHO);
    backend.endpoints("10.244.0.2");
    assertThat(failure(touched(2))).contains("certificate signed by unknown authority");
  }

  /** The same bundle in other bytes, which makes a client dial. */
  private WebhookTarget touched(int newlines) {
    return WebhookTarget.of(
        backend.clientConfig("hook", backend.authority.caPem() + "\n".repeat(newlines)));
  }

  @Test
  void post_whenTheOldPodHasEnded_dialsTheNext() throws WebhookFailure {
    HttpsListener old = backend.pod("10.244.0.1", ECHO);
    backend.pod("10.244.0.2", ECHO);
    backend.endpoints("10.244.0.1");
    backend.client.post(backend.target(), review(), 5);
    backend.endpoints("10.244.0.2");
    old.close();
    assertThat(backend.client.post(backend.target(), review(), 5)).isEqualTo(review());
  }

  @Test
  void post_whenThePodGoesWhileItAnswers_tellsEofOrReset() {
    CountDownLatch asked = new CountDownLatch(2);
    Site hanging =
        (path, body) -> {
          asked.countDown();
          new CountDownLatch(1).await();
          return Answer.json(body);
        };
    HttpsListener closed = backend.pod("10.244.0.1", hanging);
    HttpsListener reset = backend.pod("10.244.0.2", hanging);
    backend.endpoints("10.244.0.1", "10.244.0.2");
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(() -> failure(backend.target(), 30));
    CompletableFuture<String> second =
        CompletableFuture.supplyAsync(() -> failure(backend.target(), 30));
    await(asked);
    closed.close();
    reset.reset();
    String prefix = "Post \"https://hook.sys.svc:443/check?timeout=30s\": ";
    assertThat(List.of(first.join(), second.join()))
        .contains(prefix + "EOF")
        .anyMatch(
            text ->
                text.matches(
                    "Post .*: read tcp 10.0.0.1:\\d+->10.96.158.22:443: read: connection reset by"
                        + " peer"));
  }

  @Test
  void post_withoutService_saysSo() {
    assertThat(failure(target("nosuch")))
        .isEqualTo(
            "Post \"https://nosuch.sys.svc:443/check?timeout=5s\": service \"nosuch\" not found");
  }

  @Test
  void post_toAPortThatTheServiceHasNot_saysSo() {
    backend.service("hook", Backend.ADDRESS, 8443);
    assertThat(failure(backend.target()))
        .isEqualTo(POST + "no service port 443 found for service \"hook\"");
  }

  @Test
  void post_toAHeadlessService_saysSo() {
    backend.service("hook", "None", 443);
    assertThat(failure(backend.target()))
        .isEqualTo(POST + "cannot route to service with ClusterIP \"None\"");
  }

  @Test
  void post_toAnExternalName_doesNotLookItUp() {
    ObjectNode service = backend.service("hook", "", 443);
    ((ObjectNode) service.get("spec")).put("type", "ExternalName").put("externalName", "a.example");
    assertThat(failure(backend.target()))
        .isEqualTo(POST + "dial tcp: lookup a.example: no such host");
  }

  @Test
  void post_withoutReadyEndpoint_isRefused() {
    String refused = POST + "dial tcp 10.96.158.22:443: connect: connection refused";
    assertThat(failure(backend.target())).isEqualTo(refused);
    backend.endpoints("-10.244.0.1");
    backend.pod("10.244.0.1", ECHO);
    assertThat(failure(backend.target())).isEqualTo(refused);
  }

  @Test
  void post_whenNothingListens_isRefused() {
    backend.endpoints("10.244.0.1");
    String refused = POST + "dial tcp 10.96.158.22:443: connect: connection refused";
    assertThat(failure(backend.target())).isEqualTo(refused);
    backend.kill(backend.pod("10.244.0.1", ECHO));
    assertThat(failure(backend.target())).isEqualTo(refused);
  }

  @Test
  void post_whileKubeProxyGoesByOldEndpoints_isRefusedThere() throws WebhookFailure {
    backend.router.proxyDelay(Duration.ofSeconds(2));
    backend.pod("10.244.0.2", ECHO);
    backend.endpoints("10.244.0.1");
    backend.router.endpointsChanged("sys", "hook");
    backend.endpoints("10.244.0.2");
    backend.router.endpointsChanged("sys", "hook");
    assertThat(failure(backend.target())).endsWith("connect: connection refused");
    backend.advance(Duration.ofSeconds(1));
    assertThat(failure(backend.target())).endsWith("connect: connection refused");
    backend.advance(Duration.ofSeconds(1));
    backend.client.post(backend.target(), review(), 5);
  }

  @Test
  void post_whenPacketsAreDropped_timesOutAlsoOnOpenConnections() throws WebhookFailure {
    backend.pod("10.244.0.1", ECHO);
    backend.endpoints("10.244.0.1");
    backend.client.post(backend.target(), review(), 5);
    backend.hurry();
    backend.network.obstruct("sys", Trouble.DROPPED);
    assertThat(failure(backend.target())).isEqualTo(POST + "context deadline exceeded");
    assertThat(failure(backend.target(), 30))
        .endsWith(
            ": net/http: request canceled while waiting for connection (Client.Timeout exceeded"
                + " while awaiting headers)");
  }

  @Test
  void post_whenOnePodIsObstructed_othersAreReached() throws WebhookFailure {
    backend.pod("10.244.0.1", ECHO);
    backend.pod("10.244.0.2", ECHO);
    backend.endpoints("10.244.0.1", "10.244.0.2");
    backend.network.obstructPod("10.244.0.1", Trouble.CLOSED);
    assertThat(failure(backend.target())).isEqualTo(POST + "EOF");
    backend.client.post(backend.target(), review(), 5);
  }

  @Test
  void post_whenConnectionsAreClosed_saysEofAlsoOnOpenConnections() throws WebhookFailure {
    backend.pod("10.244.0.1", ECHO);
    backend.endpoints("10.244.0.1");
    backend.client.post(backend.target(), review(), 5);
    backend.network.obstruct("sys", Trouble.CLOSED);
    assertThat(failure(backend.target())).isEqualTo(POST + "EOF");
  }

  @Test
  void post_whenTheManagerHangs_timesOut() {
    backend.pod(
        "10.244.0.1",
        (path, body) -> {
          new CountDownLatch(1).await();
          return Answer.json(body);
        });
    backend.endpoints("10.244.0.1");
    backend.hurry();
    assertThat(failure(backend.target())).isEqualTo(POST + "context deadline exceeded");
  }

  @Test
  void post_afterClose_failsAtOnce() {
    backend.pod("10.244.0.1", ECHO);
    backend.endpoints("10.244.0.1");
    backend.client.close();

    assertThat(failure(backend.target())).isEqualTo(POST + "context canceled");
  }

  @Test
  void close_endsCallsThatHang() {
    CountDownLatch asked = new CountDownLatch(1);
    backend.pod(
        "10.244.0.1",
        (path, body) -> {
          asked.countDown();
          new CountDownLatch(1).await();
          return Answer.json(body);
        });
    backend.endpoints("10.244.0.1");
    CompletableFuture<String> call =
        CompletableFuture.supplyAsync(() -> failure(backend.target(), 30));
    await(asked);
    backend.client.close();
    assertThat(call).succeedsWithin(Duration.ofSeconds(10)).asString().endsWith("context canceled");
  }

  @Test
  void post_withoutBundle_trustsNobody() {
    backend.pod("10.244.0.1", ECHO);
    backend.endpoints("10.244.0.1");
    assertThat(failure(WebhookTarget.of(backend.clientConfig("hook", ""))))
        .isEqualTo(
            POST
                + "tls: failed to verify certificate: x509: certificate signed by unknown"
                + " authority");
  }

  @Test
  void post_withAnotherAuthorityOfTheSameName_tellsTheCandidate() {
    backend.pod("10.244.0.1", ECHO);
    backend.endpoints("10.244.0.1");
    String other = Certificates.authority("hook-ca", Backend.VALID).caPem();
    assertThat(failure(WebhookTarget.of(backend.clientConfig("hook", other))))
        .isEqualTo(
            POST
                + "tls: failed to verify certificate: x509: certificate signed by unknown"
                + " authority (possibly because of \"x509: ECDSA verification failure\" while"
                + " trying to verify candidate authority certificate \"hook-ca\")");
  }

  @Test
  void post_withAnotherAuthority_tellsNoCandidate() {
    backend.pod("10.244.0.1", ECHO);
    backend.endpoints("10.244.0.1");
    String other = Certificates.authority("other-ca", Backend.VALID).caPem();
    assertThat(failure(WebhookTarget.of(backend.clientConfig("hook", other))))
        .endsWith("x509: certificate signed by unknown authority");
  }

  @Test
  void post_withTheServersOwnCertificateAsBundle_trustsIt() throws WebhookFailure {
    Certificates.Identity identity = backend.identity("hook.sys.svc");
    backend.pod("10.244.0.1", identity, ECHO);
    backend.endpoints("10.244.0.1");
    backend.client.post(
        WebhookTarget.of(backend.clientConfig("hook", identity.certificatePem())), review(), 5);
  }

  static Stream<Arguments> names() {
    return Stream.of(
        Arguments.of(
            List.of("localhost", "a.sys.svc"),
            "certificate is valid for localhost, a.sys.svc, not hook.sys.svc"),
        Arguments.of(
            List.of("127.0.0.1"),
            "certificate is not valid for any names, but wanted to match hook.sys.svc"),
        Arguments.of(List.of("*.svc"), "certificate is valid for *.svc, not hook.sys.svc"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void post_toAServerWithOtherNames_tellsThem(List<String> names, String text) {
    backend.pod("10.244.0.1", backend.identity(names.toArray(new String[0])), ECHO);
    backend.endpoints("10.244.0.1");
    assertThat(failure(backend.target()))
        .isEqualTo(POST + "tls: failed to verify certificate: x509: " + text);
  }

  @Test
  void post_toAServerWithAWildcard_isFine() throws WebhookFailure {
    backend.pod("10.244.0.1", backend.identity("*.sys.svc"), ECHO);
    backend.endpoints("10.244.0.1");
    backend.client.post(backend.target(), review(), 5);
  }

  @Test
  void post_toAnExpiredServer_tellsTheTimes() {
    Validity past =
        new Validity(Backend.NOW.minus(Duration.ofDays(2)), Backend.NOW.minus(Duration.ofDays(1)));
    backend.pod("10.244.0.1", backend.authority.issue(List.of("wrong"), past), ECHO);
    backend.endpoints("10.244.0.1");
    assertThat(failure(backend.target()))
        .isEqualTo(
            POST
                + "tls: failed to verify certificate: x509: certificate has expired or is not yet"
                + " valid: current time 2026-03-01T10:00:00Z is after 2026-02-28T10:00:00Z");
  }

  @Test
  void post_toAServerOfTomorrow_tellsTheTimes() {
    Validity future =
        new Validity(Backend.NOW.plus(Duration.ofDays(1)), Backend.NOW.plus(Duration.ofDays(2)));
    backend.pod("10.244.0.1", backend.authority.issue(List.of("hook.sys.svc"), future), ECHO);
    backend.endpoints("10.244.0.1");
    assertThat(failure(backend.target()))
        .endsWith("current time 2026-03-01T10:00:00Z is before 2026-03-02T10:00:00Z");
  }

  @Test
  void post_whenTheAuthorityHasExpired_saysSo() {
    Validity past =
        new Validity(Backend.NOW.minus(Duration.ofDays(2)), Backend.NOW.minus(Duration.ofDays(1)));
    Certificates old = Certificates.authority("old", past);
    backend.pod("10.244.0.1", old.issue(List.of("hook.sys.svc"), Backend.VALID), ECHO);
    backend.endpoints("10.244.0.1");
    assertThat(failure(WebhookTarget.of(backend.clientConfig("hook", old.caPem()))))
        .endsWith("current time 2026-03-01T10:00:00Z is after 2026-02-28T10:00:00Z");
  }

  static Stream<Arguments> bundles() {
    return Stream.of(
        Arguments.of("\n", "unable to parse bytes as PEM block"),
        Arguments.of("rubbish", "unable to parse bytes as PEM block"),
        Arguments.of(
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "failed to parse certificate: x509: malformed certificate"),
        Arguments.of(
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            "no valid certificate authority data seen"));
  }

  @ParameterizedTest
  @MethodSource("bundles")
  void post_withABundleThatIsNone_callsNobody(String bundle, String text) {
    WebhookFailure failure = thrown(WebhookTarget.of(backend.clientConfig("hook", bundle)), 5);
    assertThat(failure.admissionText())
        .isEqualTo("could not get REST client: unable to load root certificates: " + text);
  }

  static Stream<Arguments> answers() {
    String request = "the server rejected our request ";
    return Stream.of(
        Arguments.of(
            404,
            "text/plain",
            "404 page not found",
            "the server could not find the requested resource"),
        Arguments.of(
            500,
            "text/plain",
            " boom \"x\"\n",
            "an error on the server (\"boom \\\"x\\\"\") has prevented the request from"
                + " succeeding"),
        Arguments.of(
            502,
            "application/json",
            "{}",
            "an error on the server (\"unknown\") has prevented the request from succeeding"),
        Arguments.of(
            500,
            "",
            "boom",
            "an error on the server (\"boom\") has prevented the request from succeeding"),
        Arguments.of(400, "", "", request + "for an unknown reason"),
        Arguments.of(401, "", "", "the server has asked for the client to provide credentials"),
        Arguments.of(403, "text/plain", "no way", "no way"),
        Arguments.of(
            405, "", "", "the server does not allow this method on the requested resource"),
        Arguments.of(
            406,
            "image/png",
            "x",
            "the server was unable to respond with a content type that the client supports"),
        Arguments.of(406, "text/plain", "only tea", "only tea"),
        Arguments.of(409, "", "", "the server reported a conflict"),
        Arguments.of(422, "", "", request + "due to an error in our request"),
        Arguments.of(
            429,
            "",
            "",
            "the server has received too many requests and has asked us to try again later"),
        Arguments.of(503, "", "", "the server is currently unable to handle the request"),
        Arguments.of(
            504,
            "",
            "",
            "the server was unable to return a response in the time allotted, but may still be"
                + " processing the request"),
        Arguments.of(
            302,
            "",
            "",
            "the server responded with the status code 302 but did not return more information"),
        Arguments.of(
            403,
            "application/json",
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"message\":\"because\"}",
            "because"),
        Arguments.of(
            200,
            "application/json",
            "",
            "0-length response with status code: 200 and content type: application/json"),
        Arguments.of(
            200,
            "",
            "",
            "0-length response with status code: 200 and content type: application/json"),
        Arguments.of(
            200,
            "text/html",
            "<html>",
            "couldn't get version/kind; json parse error: json: cannot unmarshal string into Go"
                + " value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\";"
                + " Kind string \"json:\\\"kind,omitempty\\\"\" }"),
        Arguments.of(
            200,
            "text/plain",
            "not found",
            "couldn't get version/kind; json parse error: json: cannot unmarshal string into Go"
                + " value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\";"
                + " Kind string \"json:\\\"kind,omitempty\\\"\" }"),
        Arguments.of(
            200,
            "text/plain",
            "404 page",
            "couldn't get version/kind; json parse error: json: cannot unmarshal string into Go"
                + " value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\";"
                + " Kind string \"json:\\\"kind,omitempty\\\"\" }"),
        Arguments.of(
            200,
            "text/plain",
            "{a",
            "couldn't get version/kind; json parse error: invalid character 'a' looking for"
                + " beginning of object key string"),
        Arguments.of(
            200,
            "text/plain",
            "{\"a\":",
            "couldn't get version/kind; json parse error: unexpected end of JSON input"),
        Arguments.of(
            200, "text/plain", "a: [", "yaml: expected the node content, but found '<stream end>'"),
        Arguments.of(
            200,
            "text/plain",
            "true",
            "couldn't get version/kind; json parse error: json: cannot unmarshal bool into Go value"
                + " of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind"
                + " string \"json:\\\"kind,omitempty\\\"\" }"),
        Arguments.of(
            200, "", "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"message\":\"hm\"}", "hm"),
        Arguments.of(
            200,
            "",
            "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}",
            "no kind \"Pod\" is registered for version \"v1\" in scheme"
                + " \"pkg/runtime/scheme.go:110\""),
        Arguments.of(
            200,
            "",
            "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1beta1\"}",
            "converting (v1beta1.AdmissionReview) to (v1.AdmissionReview): unknown conversion"));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void post_whenTheAnswerIsNoReview_saysWhy(int status, String type, String body, String text) {
    backend.pod(
        "10.244.0.1",
        (path, sent) -> new Answer(status, type, body.getBytes(StandardCharsets.UTF_8)));
    backend.endpoints("10.244.0.1");
    assertThat(thrown(backend.target(), 5).admissionText())
        .isEqualTo("failed to call webhook: " + text);
  }

  @Test
  void post_toAPlainHttpServer_saysSo() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(
              () -> {
                try (Socket socket = plain.accept()) {
                  socket.getInputStream().read();
                  socket
                      .getOutputStream()
                      .write("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      ObjectNode config = Json.object().put("url", "https://localhost:" + plain.getLocalPort());
      assertThat(failure(WebhookTarget.of(config)))
          .endsWith(": http: server gave HTTP response to HTTPS client");
      served.join();
    }
  }

  @Test
  void post_byUrl_reachesThisMachineOnly() throws WebhookFailure {
    HttpsListener listener = backend.pod("10.244.0.1", ECHO);
    WebhookTarget local = byUrl("https://localhost:" + listener.port() + "/check");
    backend.client.post(local, review(), 5);
    assertThat(failure(byUrl("https://127.0.0.1:" + listener.port() + "/check")))
        .endsWith(
            "x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP"
                + " SANs");
    backend.kill(listener);
    assertThat(failure(byUrl("https://127.0.0.1:" + listener.port() + "/check")))
        .endsWith(": dial tcp 127.0.0.1:" + listener.port() + ": connect: connection refused");
    assertThat(failure(byUrl("https://192.0.2.1:8443/x")))
        .endsWith(": dial tcp 192.0.2.1:8443: connect: network is unreachable");
    assertThat(failure(byUrl("https://hooks.example/x")))
        .endsWith(": dial tcp: lookup hooks.example: no such host");
  }

  @Test
  void post_withNeitherServiceNorUrl_callsNobody() {
    assertThat(failure(WebhookTarget.of(Json.object())))
        .isEqualTo("webhook configuration must have either service or URL");
  }

  private WebhookTarget byUrl(String url) {
    ObjectNode config = backend.clientConfig("hook", backend.authority.caPem());
    config.remove("service");
    return WebhookTarget.of(config.put("url", url));
  }

  private WebhookTarget target(String service) {
    return WebhookTarget.of(backend.clientConfig(service, backend.authority.caPem()));
  }

  private String failure(WebhookTarget target) {
    return failure(target, 5);
  }

  private String failure(WebhookTarget target, int timeoutSeconds) {
    return thrown(target, timeoutSeconds).text();
  }

  private WebhookFailure thrown(WebhookTarget target, int timeoutSeconds) {
    return catchThrowableOfType(
        WebhookFailure.class, () -> backend.client.post(target, review(), timeoutSeconds));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectNode review() {
    return Json.object()
        .put("kind", "AdmissionReview")
        .put("apiVersion", "admission.k8s.io/v1")
        .put("some", "thing");
  }
}
