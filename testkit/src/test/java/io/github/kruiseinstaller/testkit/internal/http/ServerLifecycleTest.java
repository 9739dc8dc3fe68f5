package io.github.kruiseinstaller.testkit.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.fault.FaultRule;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;

/** Starting, stopping, and who is who. */
final class ServerLifecycleTest {
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("fixture"))
        .toList();
  }

  @Test
  void close_leavesNoThread() throws IOException {
    ClusterFixture cluster = new ClusterFixture();
    cluster.get("/api/v1/namespaces/default");
    assertThat(threads()).isNotEmpty();

    cluster.close();

    assertThat(threads()).isEmpty();
  }

  @Test
  void close_endsWhatIsOpenAtOnce() throws Exception {
    ClusterFixture cluster = new ClusterFixture();
    cluster
        .server
        .faults()
        .add(
            FaultRule.when()
                .resource("secrets")
                .then(new Fault.Hang(Fault.Moment.BEFORE_EFFECT, null)));
    CompletableFuture<Integer> hung =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return cluster.get("/api/v1/secrets").status();
              } catch (IOException e) {
                return -1;
              }
            });
    WatchStream watch = new WatchStream(cluster, "/api/v1/pods?watch=1");
    assertThat(
            cluster
                .server
                .recorder()
                .await(e -> e.request().resource().equals("secrets"), Duration.ofSeconds(30)))
        .isPresent();

    cluster.server.close();

    assertThatThrownBy(watch::next).isInstanceOf(IOException.class);
    assertThat(hung.get(30, TimeUnit.SECONDS)).isEqualTo(-1);
    assertThat(threads()).isEmpty();
    watch.close();
    cluster.close();
  }

  @Test
  void plainPort_servesTheSame() throws IOException {
    try (ClusterFixture cluster = new ClusterFixture()) {
      Request request =
          new Request.Builder()
              .url(cluster.server.plainUrl() + "/api/v1/namespaces/default")
              .header("Authorization", "Bearer " + cluster.server.adminToken())
              .build();
      try (Response response = cluster.client.newCall(request).execute()) {
        assertThat(response.code()).isEqualTo(200);
      }
    }
  }

  @Test
  void clientCertificate_isWhoItNames() throws IOException {
    try (ClusterFixture cluster = new ClusterFixture()) {
      ClientCertificate certificate =
          cluster.server.clientCertificate(
              "jane, the \"first\"", List.of("devs", "system:masters"));

      String answer = selfReview(cluster, certificate, cluster.server.caPem());

      assertThat(answer)
          .contains("\"username\":\"jane, the \\\"first\\\"\"")
          .contains("system:masters")
          .contains("devs")
          .contains("system:authenticated");
    }
  }

  @Test
  void clientCertificate_ofAStrangerIsRefused() throws IOException {
    try (ClusterFixture cluster = new ClusterFixture()) {
      ClientCertificate foreign = new ClusterAuthority().issue("jane", List.of("system:masters"));

      assertThat(selfReview(cluster, foreign, cluster.server.caPem()))
          .contains("\"reason\":\"Unauthorized\"");
    }
  }

  private static String selfReview(
      ClusterFixture cluster, ClientCertificate certificate, String caPem) throws IOException {
    HeldCertificate held =
        HeldCertificate.decode(certificate.certificatePem() + certificate.keyPem());
    HandshakeCertificates handshake =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(Certificates.decodeCertificatePem(caPem))
            .heldCertificate(held)
            .build();
    OkHttpClient client =
        new OkHttpClient.Builder()
            .sslSocketFactory(handshake.sslSocketFactory(), handshake.trustManager())
            .build();
    Request request =
        cluster.request("", "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
    try (Response response = client.newCall(request).execute()) {
      return response.body().string();
    } finally {
      client.connectionPool().evictAll();
    }
  }

  @Test
  void kubeconfigs_nameServerAndUser() {
    try (ClusterFixture cluster = new ClusterFixture()) {
      assertThat(cluster.server.kubeconfig())
          .contains("server: " + cluster.server.url())
          .contains("token: \"" + cluster.server.adminToken() + "\"");
      assertThat(cluster.server.kubeconfig("bob", List.of())).contains("user: \"bob\"");
      assertThat(cluster.server.kubeconfigWithCertificate("eve", List.of("x")))
          .contains("client-certificate-data: ")
          .contains("client-key-data: ");
    }
  }

  @Test
  void portInUse_isNoProblem() {
    try (ClusterFixture one = new ClusterFixture();
        ClusterFixture two = new ClusterFixture()) {
      assertThat(one.server.url()).isNotEqualTo(two.server.url());
      assertThat(Optional.of(one.server.open())).contains(0);
    }
  }
}
