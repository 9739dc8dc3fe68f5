package io.github.kruiseinstaller.internal.cluster;

import static io.github.kruiseinstaller.internal.cluster.StubServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.spy;

import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.lock.InstallationLock;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.kubernetes.client.openapi.ApiClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.internal.connection.RealCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectionTest {
  private static final ObjectRef NS = ObjectRef.cluster("v1", "Namespace", "ns");
  private static final String PATH = "/api/v1/namespaces/ns";
  private static final String LIVE =
      "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'ns'}}";

  private final TestRun run = new TestRun();
  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = StubServer.http();
    server.on("GET " + PATH, json(200, LIVE));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void callersClient_staysAsItWas() {
    ApiClient client = spy(new ApiClient().setBasePath(server.url()));
    OkHttpClient http = client.getHttpClient();
    List<Interceptor> interceptors = List.copyOf(http.interceptors());
    try (Connection connection = Connection.over(client)) {
      Cluster cluster = connection.bind(run.control, "tester");
      cluster.get(NS);
      assertThatThrownBy(
              () -> cluster.probeCreate(Manifest.parseJson(quoted(LIVE)), Duration.ofSeconds(9)))
          .isInstanceOf(ClusterException.class);
    }
    assertThat(mockingDetails(client).getInvocations())
        .extracting(invocation -> invocation.getMethod().getName())
        .noneMatch(name -> name.startsWith("set") || name.startsWith("add"));
    assertThat(client.getHttpClient()).isSameAs(http);
    assertThat(http.interceptors()).isEqualTo(interceptors);
    assertThat(http.connectionPool().connectionCount()).isZero();
    assertThat(http.dispatcher().executorService().isShutdown()).isFalse();
    assertThat(client.isDebugging()).isFalse();
  }

  @Test
  void deadHttp2Connection_isFoundBeforeTheLockRunsOut() {
    ApiClient client = new ApiClient().setBasePath(server.url());
    Connection connection = Connection.over(client);
    Ask ask = Ask.get("get", NS, PATH);
    for (Call call :
        List.of(
            connection.request(ask),
            connection.watch(ask),
            connection.fresh(new ConnectionPool()).apply(ask))) {
      int millis = ((RealCall) call).getClient().pingIntervalMillis();
      // It is dead when the answer to one ping is missing at the next.
      assertThat(Duration.ofMillis(2L * millis))
          .isPositive()
          .isLessThanOrEqualTo(InstallationLock.DURATION);
    }
    assertThat(client.getHttpClient().pingIntervalMillis()).isZero();
  }

  @Test
  void debuggingClient_printsNoBodiesOfOursAndKeepsItsFlag() throws Exception {
    ApiClient client = new ApiClient().setBasePath(server.url()).setDebugging(true);
    int interceptors = client.getHttpClient().interceptors().size();
    String watch = "GET /api/v1/namespaces?watch=1";
    server.on(watch, server.lines(true, "{'type':'ADDED','object':" + LIVE + "}"));
    Cluster cluster = Connection.over(client).bind(run.control, "tester");
    try (WatchStream stream = cluster.watch(Cluster.Query.all("v1", "Namespace", null), "0")) {
      // The interceptor of setDebugging reads a watch to its end before anybody sees an event.
      assertThat(stream.next(Duration.ofSeconds(30))).isPresent();
    }
    assertThat(client.isDebugging()).isTrue();
    assertThat(client.getHttpClient().interceptors()).hasSize(interceptors);
  }

  @Test
  void callersInterceptorsAndHeaders_countForUsToo() {
    AtomicInteger calls = new AtomicInteger();
    ApiClient client = new ApiClient().setBasePath(server.url());
    client.setHttpClient(
        client
            .getHttpClient()
            .newBuilder()
            .addInterceptor(
                chain -> {
                  calls.incrementAndGet();
                  return chain.proceed(chain.request());
                })
            .build());
    client.addDefaultHeader("Impersonate-User", "somebody");
    client.setApiKeyPrefix("Bearer");
    client.setApiKey("the-token");
    assertThat(Connection.over(client).bind(run.control, "tester").get(NS)).isPresent();
    assertThat(calls).hasValue(1);
    assertThat(server.last().header("Impersonate-user")).isEqualTo("somebody");
    assertThat(server.last().header("Authorization")).isEqualTo("Bearer the-token");
  }

  @Test
  void proxyOfTheClient_isUsed() {
    ApiClient client = new ApiClient().setBasePath("http://api.invalid:6443");
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    Proxy proxy = new Proxy(Proxy.Type.HTTP, address);
    client.setHttpClient(client.getHttpClient().newBuilder().proxy(proxy).build());
    server.on("GET http://api.invalid:6443" + PATH, json(200, LIVE));
    assertThat(Connection.over(client).bind(run.control, "tester").get(NS)).isPresent();
  }

  @Test
  void close_leavesNoConnectionOpen() {
    Connection connection = Connection.over(new ApiClient().setBasePath(server.url()));
    Cluster cluster = connection.bind(run.control, "tester");
    cluster.get(NS);
    cluster.get(NS);
    int first = server.last().remotePort();
    connection.close();
    cluster.get(NS);
    assertThat(server.seen().get(0).remotePort()).isEqualTo(first);
    assertThat(server.last().remotePort()).isNotEqualTo(first);
  }

  @Test
  void untrustedServer_isNotTriedAgain() throws Exception {
    try (StubServer https = StubServer.https(TestCertificates.create().serverContext(), false)) {
      ApiClient client = new ApiClient().setBasePath(https.url());
      Cluster cluster = Connection.over(client).bind(run.control, "tester");
      assertThatThrownBy(() -> cluster.get(NS))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("TLS failed");
      assertThat(run.retries).isEmpty();
    }
  }

  @Test
  void trustedServer_answers() throws Exception {
    TestCertificates certificates = TestCertificates.create();
    try (StubServer https = StubServer.https(certificates.serverContext(), false)) {
      https.on("PATCH " + PATH, json(200, LIVE));
      ApiClient client =
          new ApiClient()
              .setBasePath(https.url())
              .setSslCaCert(
                  new ByteArrayInputStream(
                      certificates.authorityPem().getBytes(StandardCharsets.UTF_8)));
      Cluster cluster = Connection.over(client).bind(run.control, "tester");
      assertThat(cluster.apply(Manifest.parseJson(quoted(LIVE)), Write.PERSIST).name())
          .isEqualTo("ns");
    }
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }
}
