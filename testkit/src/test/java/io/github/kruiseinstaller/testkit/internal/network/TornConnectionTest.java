package io.github.kruiseinstaller.testkit.internal.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that hang up in the middle. */
class TornConnectionTest {
  private static final String POST = "Post \"https://hook.sys.svc:443/check?timeout=5s\": ";

  private final Backend backend = new Backend();

  @AfterEach
  void close() {
    backend.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HTTP/1.1 200 OK~Content-Length: 100~~half | unexpected error when reading response body."
            + " Please retry. Original error: unexpected EOF",
        "'' | " + POST + "EOF"
      })
  void answer_thatIsCutOff_isTold(String answer, String text) throws Exception {
    assertThat(failure(answer.replace("~", "\r\n"))).isEqualTo(text);
  }

  @Test
  void listener_thatDiedWithoutTellingTheNetwork_refuses() {
    HttpsListener dead = backend.pod("10.244.0.1", (path, body) -> HttpsListener.Answer.json(body));
    backend.kill(dead);
    backend.endpoints("10.244.0.1");
    assertThat(thrown().text())
        .isEqualTo(POST + "dial tcp 10.96.158.22:443: connect: connection refused");
  }

  private String failure(String answer) throws Exception {
    try (SSLServerSocket server =
        (SSLServerSocket)
            ServerIdentity.context(backend.identity("hook.sys.svc").held())
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      backend.network.listen("10.244.0.1", 9876, server.getLocalPort());
      backend.endpoints("10.244.0.1");
      CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(server, answer));
      String text = thrown().text();
      served.join();
      return text;
    }
  }

  private static void serve(SSLServerSocket server, String answer) {
    try (Socket socket = server.accept()) {
      byte[] request = new byte[4096];
      StringBuilder read = new StringBuilder();
      // All of it: a socket that is closed over unread bytes would reset.
      while (read.indexOf("admission.k8s.io/v1") < 0) {
        int n = socket.getInputStream().read(request);
        read.append(new String(request, 0, n, StandardCharsets.UTF_8));
      }
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private WebhookFailure thrown() {
    ObjectNode review =
        Json.object().put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
    return catchThrowableOfType(
        WebhookFailure.class, () -> backend.client.post(backend.target(), review, 5));
  }
}
