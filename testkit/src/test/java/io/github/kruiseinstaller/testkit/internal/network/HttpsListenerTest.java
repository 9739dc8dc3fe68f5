package io.github.kruiseinstaller.testkit.internal.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.testkit.internal.network.Certificates.Identity;
import io.github.kruiseinstaller.testkit.internal.network.Certificates.Validity;
import io.github.kruiseinstaller.testkit.internal.network.HttpsListener.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpsListenerTest {
  private static final Validity VALID = Validity.tenYears(Instant.parse("2026-01-01T00:00:00Z"));
  private final Certificates authority = Certificates.authority("some-ca", VALID);
  private final Identity identity = authority.issue(List.of("localhost", "127.0.0.1"), VALID);
  private final OkHttpClient client = client();
  private final HeldPorts held = new HeldPorts();

  @AfterEach
  void forget() {
    client.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
    held.close();
  }

  @Test
  void start_answersWithPathAndBody() throws IOException {
    try (HttpsListener listener =
        HttpsListener.start(
            identity, (path, body) -> Answer.text(201, path + " " + new String(body, UTF_8)))) {
      try (Response response = call(listener, "/a/b?timeout=1s", "hello").execute()) {
        assertThat(response.code()).isEqualTo(201);
        assertThat(response.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(response.body().string()).isEqualTo("/a/b hello");
      }
      assertThat(listener.connections()).isEqualTo(1);
    }
  }

  @Test
  void answer_withoutContentType_hasNone() throws IOException {
    try (HttpsListener listener =
            HttpsListener.start(identity, (path, body) -> new Answer(200, "", new byte[0]));
        Response response = call(listener, "/", "").execute()) {
      assertThat(response.header("Content-Type")).isNull();
      assertThat(response.body().bytes()).isEmpty();
    }
  }

  @Test
  void close_refusesNewConnectionsAndEndsOpenOnes() throws IOException {
    HttpsListener listener = HttpsListener.start(identity, (path, body) -> Answer.text(200, ""));
    call(listener, "/", "").execute().close();
    listener.close();
    held.hold(listener.port());
    assertThatThrownBy(() -> call(listener, "/", "").execute())
        .hasMessageContaining("unexpected end of stream");
    assertThatThrownBy(() -> call(listener, "/", "").execute())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void refuse_servesOpenConnectionsOn() throws IOException {
    try (HttpsListener listener =
        HttpsListener.start(identity, (path, body) -> Answer.text(200, "still"))) {
      call(listener, "/", "").execute().close();
      listener.refuse();
      try (Response response = call(listener, "/", "").execute()) {
        assertThat(response.body().string()).isEqualTo("still");
      }
      client.connectionPool().evictAll();
      held.hold(listener.port());
      assertThatThrownBy(() -> call(listener, "/", "").execute())
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void reset_whileARequestHangs_breaksItOff() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    HttpsListener listener =
        HttpsListener.start(
            identity,
            (path, body) -> {
              asked.countDown();
              new CountDownLatch(1).await();
              return Answer.text(200, "never");
            });
    Thread cutter = once(asked, listener::reset);
    assertThatThrownBy(() -> call(listener, "/", "x").execute()).isInstanceOf(IOException.class);
    cutter.join();
  }

  /** As a thread does that was interrupted and goes on to the next request. */
  @Test
  void close_whileARequestFailsForIt_breaksItOff() throws Exception {
    for (int i = 0; i < 10; i++) {
      CountDownLatch asked = new CountDownLatch(1);
      HttpsListener listener =
          HttpsListener.start(
              identity,
              (path, body) -> {
                asked.countDown();
                try {
                  new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException("something came between", e);
                }
                return Answer.text(200, "never");
              });
      Thread closer = once(asked, listener::close);
      assertThatThrownBy(() -> call(listener, "/", "x").execute()).isInstanceOf(IOException.class);
      closer.join();
    }
  }

  @Test
  void close_leavesNoThreads() throws IOException {
    List<HttpsListener> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      many.add(HttpsListener.start(identity, (path, body) -> Answer.json(body)));
    }
    for (HttpsListener listener : many) {
      call(listener, "/", "{}").execute().close();
    }
    many.forEach(HttpsListener::close);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("pod"));
  }

  @Test
  void signed_tellsOwnFromForeign() {
    Certificates other = Certificates.authority("some-ca", VALID);
    assertThat(authority.signed(identity.certificatePem())).isTrue();
    assertThat(other.signed(identity.certificatePem())).isFalse();
    assertThat(other.signed("rubbish")).isFalse();
    assertThat(Certificates.of(authority.authority()).signed(identity.certificatePem())).isTrue();
    assertThat(identity.toString()).contains("localhost").doesNotContain("PRIVATE");
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  /** Does something once a request has come, on a thread of its own that has been started. */
  private static Thread once(CountDownLatch asked, Runnable end) {
    Thread thread =
        new Thread(
            () -> {
              try {
                asked.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              end.run();
            });
    thread.start();
    return thread;
  }

  private Call call(HttpsListener listener, String path, String body) {
    return client.newCall(
        new Request.Builder()
            .url("https://127.0.0.1:" + listener.port() + path)
            .post(RequestBody.create(body.getBytes(UTF_8)))
            .build());
  }

  private OkHttpClient client() {
    HandshakeCertificates trust =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(okhttp3.tls.Certificates.decodeCertificatePem(authority.caPem()))
            .build();
    return new OkHttpClient.Builder()
        .retryOnConnectionFailure(false)
        .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
        .build();
  }
}
