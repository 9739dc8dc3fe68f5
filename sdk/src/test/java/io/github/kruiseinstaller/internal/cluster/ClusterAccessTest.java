package io.github.kruiseinstaller.internal.cluster;

import static io.github.kruiseinstaller.internal.cluster.StubServer.json;
import static io.github.kruiseinstaller.internal.cluster.StubServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.condition.OS.WINDOWS;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.ObjectRef;
import io.kubernetes.client.openapi.ApiClient;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClusterAccessTest {
  private static final ObjectRef NS = ObjectRef.cluster("v1", "Namespace", "ns");
  private static final String GET = "GET /api/v1/namespaces/ns";
  private static final String LIVE =
      "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'ns'}}";

  private final TestRun run = new TestRun();
  private final Map<String, String> environment = new HashMap<>();
  @TempDir Path folder;
  private StubServer server;
  private ClusterAccess access;

  @BeforeEach
  void start() throws IOException {
    server = StubServer.http();
    server.on(GET, json(200, LIVE));
    access = access(Duration.ofMinutes(1));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void fromKubeconfig_usesTheCurrentContextOrTheNamedOne() throws IOException {
    Path file = write("config", kubeconfig("one", server.url(), "token: first"));
    assertThat(authorization(access.fromKubeconfig(file, null))).isEqualTo("Bearer first");
    assertThat(authorization(access.fromKubeconfig(file, "one"))).isEqualTo("Bearer first");
  }

  @Test
  void fromKubeconfig_whenTheFileIsAbsent_namesIt() {
    assertThat(message(() -> access.fromKubeconfig(folder.resolve("nope"), null)))
        .contains("there is no kubeconfig at")
        .contains("nope");
  }

  @Test
  void fromKubeconfig_whenTheContextIsAbsent_namesThoseThatAreThere() throws IOException {
    Path file = write("config", kubeconfig("one", server.url(), "token: first"));
    assertThat(message(() -> access.fromKubeconfig(file, "other")))
        .contains("no context named 'other' in " + file)
        .contains("Name one of: one");
  }

  @Test
  void fromKubeconfig_whenNoContextIsChosen_saysHowToChoose() throws IOException {
    Path file =
        write(
            "config",
            kubeconfig("one", server.url(), "token: x").replace("current-context: one", ""));
    assertThat(message(() -> access.fromKubeconfig(file, null))).contains("kubectl config use");
  }

  @Test
  void fromKubeconfig_whenTheFileIsBroken_namesItAndQuotesNothing() throws IOException {
    for (String broken : new String[] {"", "users: [token: top-secret", "- top-secret", "12"}) {
      Path file = write("broken", broken);
      InstallException e =
          catchThrowableOfType(InstallException.class, () -> access.fromKubeconfig(file, null));
      assertThat(e.failure().code()).isEqualTo(FailureCode.CLUSTER_UNREACHABLE);
      assertThat(e).hasMessageContaining(file.toString()).hasMessageNotContaining("top-secret");
      assertThat(e.getCause()).isNull();
    }
  }

  @Test
  void standard_mergesTheFilesOfKubeconfigAndTheFirstWins() throws IOException {
    Path first = write("a/config", "current-context: two\n");
    Path second = write("b/config", kubeconfig("one", server.url(), "token: second"));
    Path third = write("c/config", kubeconfig("one", "http://127.0.0.1:1", "token: third"));
    Path fourth = write("d/config", kubeconfig("two", server.url(), "token: two"));
    environment.put(
        "KUBECONFIG",
        String.join(
            File.pathSeparator,
            first.toString(),
            folder.resolve("absent").toString(),
            second.toString(),
            third.toString(),
            fourth.toString()));
    assertThat(authorization(access.standard(null))).isEqualTo("Bearer two");
    assertThat(authorization(access.standard("one"))).isEqualTo("Bearer second");
  }

  @Test
  void standard_whenAFileOfKubeconfigIsBlank_goesOnToTheOthers() throws IOException {
    Path blank = write("a/config", "\n");
    Path comments = write("b/config", "---\n# none yet\n");
    Path third = write("c/config", kubeconfig("one", server.url(), "token: third"));
    environment.put(
        "KUBECONFIG",
        String.join(File.pathSeparator, blank.toString(), comments.toString(), third.toString()));
    assertThat(authorization(access.standard(null))).isEqualTo("Bearer third");
  }

  @Test
  void standard_whenTheFileInTheHomeFolderSaysNothing_isAsIfThereWasNone() throws IOException {
    for (String nothing :
        new String[] {"", "apiVersion: v1\nkind: Config\nclusters: null\ncurrent-context: ''\n"}) {
      write("home/.kube/config", nothing);
      assertThat(message(() -> access.standard(null)))
          .contains("config] is empty, and this is no pod");
    }
    write("account/token", "pod-token");
    assertThat(message(() -> access.standard(null))).contains("KUBERNETES_SERVICE_HOST");
  }

  @Test
  void standard_takesTheFileInTheHomeFolder() throws IOException {
    write("home/.kube/config", kubeconfig("one", server.url(), "token: home"));
    assertThat(authorization(access.standard(null))).isEqualTo("Bearer home");
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "HOME says nothing there")
  void standard_whenHomeIsElsewhereThanTheUsersFolder_takesTheFileInHomeAsKubectlDoes()
      throws IOException {
    write("home/.kube/config", kubeconfig("one", server.url(), "token: passwd"));
    write("elsewhere/.kube/config", kubeconfig("one", server.url(), "token: home"));
    environment.put("HOME", folder.resolve("elsewhere").toString());
    assertThat(authorization(access.standard(null))).isEqualTo("Bearer home");
    environment.put("HOME", "");
    assertThat(authorization(access.standard(null))).isEqualTo("Bearer passwd");
  }

  @Test
  void standard_whenThereIsNothing_saysHowToMendIt() {
    assertThat(message(() -> access.standard(null)))
        .contains("no cluster can be found")
        .contains("Set KUBECONFIG");
  }

  @Test
  void standard_inAPod_takesTheServiceAccount() throws IOException {
    TestCertificates certificates = TestCertificates.create();
    write("account/token", "pod-token\n");
    write("account/ca.crt", certificates.authorityPem());
    try (StubServer https = StubServer.https(certificates.serverContext(), false)) {
      https.on(GET, json(200, LIVE));
      environment.put("KUBERNETES_SERVICE_HOST", "127.0.0.1");
      environment.put("KUBERNETES_SERVICE_PORT", Integer.toString(https.port()));
      call(access.standard(null));
      assertThat(https.last().header("Authorization")).isEqualTo("Bearer pod-token");
    }
  }

  @Test
  void standard_inAPodWithoutAnAddress_saysWhatIsMissing() throws IOException {
    write("account/token", "pod-token");
    assertThat(message(() -> access.standard(null))).contains("KUBERNETES_SERVICE_HOST");
  }

  @Test
  void clientCertificatesFromFilesBesideTheKubeconfig_areUsed() throws IOException {
    TestCertificates certificates = TestCertificates.create();
    write("conf/pki/ca.pem", certificates.authorityPem());
    write("conf/pki/client.pem", certificates.clientPem());
    write("conf/pki/client.key", certificates.clientKeyPem());
    try (StubServer https = StubServer.https(certificates.serverContext(), true)) {
      https.on(GET, json(200, LIVE));
      Path file =
          write(
              "conf/config",
              kubeconfig(
                      "one",
                      https.url(),
                      "client-certificate: pki/client.pem\n    client-key: ./pki/client.key")
                  .replace("    server:", "    certificate-authority: pki/ca.pem\n    server:"));
      call(access.fromKubeconfig(file, null));
      assertThat(https.seen()).hasSize(1);
    }
  }

  @Test
  void clientCertificatesInTheKubeconfig_areUsed() throws IOException {
    TestCertificates certificates = TestCertificates.create();
    try (StubServer https = StubServer.https(certificates.serverContext(), true)) {
      https.on(GET, json(200, LIVE));
      Path file =
          write(
              "config",
              kubeconfig(
                      "one",
                      https.url(),
                      "client-certificate-data: "
                          + base64(certificates.clientPem())
                          + "\n    client-key-data: "
                          + base64(certificates.clientKeyPem()))
                  .replace(
                      "    server:",
                      "    certificate-authority-data: "
                          + base64(certificates.authorityPem())
                          + "\n    server:"));
      call(access.fromKubeconfig(file, null));
      assertThat(https.seen()).hasSize(1);
    }
  }

  @Test
  void unreadableCertificate_isNamed() throws IOException {
    Path file =
        write(
            "config",
            kubeconfig("one", server.url(), "client-certificate: no.pem\n    client-key: no.key"));
    assertThat(message(() -> access.fromKubeconfig(file, null)))
        .contains("context one of " + file)
        .contains("no.pem");
  }

  @Test
  void tokenFileBesideTheKubeconfig_isRead() throws IOException {
    write("conf/token", "from-file\n");
    Path file = write("conf/config", kubeconfig("one", server.url(), "tokenFile: token"));
    assertThat(authorization(access.fromKubeconfig(file, null))).isEqualTo("Bearer from-file");
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "the plugin is a shell script")
  void credentialPlugin_runsOnceAndAgainWhenItsTokenIsNoLongerTaken() throws IOException {
    plugin("'token':'t$run'");
    Path file = write("config", kubeconfig("one", server.url(), exec("./plugin")));
    ApiClient client = access.fromKubeconfig(file, null);
    assertThat(authorization(client)).isEqualTo("Bearer t1");
    assertThat(authorization(client)).isEqualTo("Bearer t1");
    server.once(GET, refusal(401, "Unauthorized", "expired"));
    assertThat(authorization(client)).isEqualTo("Bearer t2");
    assertThat(Files.readAllLines(folder.resolve("runs"))).hasSize(2);
  }

  @Test
  void credentialPluginOfAUserWithOtherCredentials_isNotRun() throws IOException {
    write("token", "from-file\n");
    String plugin = exec("./no-such-plugin") + "\n    ";
    for (Map.Entry<String, String> user :
        Map.of(
                "token: given",
                "Bearer given",
                "tokenFile: token",
                "Bearer from-file",
                "username: me\n    password: mine",
                "Basic " + base64("me:mine"))
            .entrySet()) {
      Path file = write("config", kubeconfig("one", server.url(), plugin + user.getKey()));
      assertThat(authorization(access.fromKubeconfig(file, null))).isEqualTo(user.getValue());
    }
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "the plugin is a shell script")
  void credentialPluginThatGivesNothing_isNamed() throws IOException {
    plugin("'expirationTimestamp':'2025-01-01T00:00:00Z'");
    Path file = write("config", kubeconfig("one", server.url(), exec("./plugin")));
    assertThat(unauthenticated(access.fromKubeconfig(file, null)))
        .contains(folder.resolve("plugin") + " gave no credentials");
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "the plugin is a shell script")
  void credentialPluginThatHangs_isNamedAndEnded() throws Exception {
    script("exec tail -f \"$0\"");
    Path file = write("config", kubeconfig("one", server.url(), exec("./plugin")));
    assertThat(unauthenticated(access(Duration.ZERO).fromKubeconfig(file, null)))
        .contains(folder.resolve("plugin") + " gave no answer within 0 ms");
    for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
      if (process.info().commandLine().orElse("").contains(folder.toString())) {
        process.onExit().get();
      }
    }
    assertThat(server.seen()).isEmpty();
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "the plugin is a shell script")
  void credentialPluginThatLeavesAProcessBehind_isNotWaitedForLonger() throws IOException {
    script(
        """
        tail -f /dev/null &
        echo $! > "$(dirname "$0")/left"
        echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
        echo '"status":{"token":"soon"}}'
        """);
    Path file = write("config", kubeconfig("one", server.url(), exec("./plugin")));
    try {
      assertThat(authorization(access.fromKubeconfig(file, null))).isEqualTo("Bearer soon");
    } finally {
      long left = Long.parseLong(Files.readString(folder.resolve("left")).strip());
      ProcessHandle.of(left).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "the plugin is a shell script")
  void credentialPluginThatFails_isNamedWithWhatHappened() throws IOException {
    Path file = write("config", kubeconfig("one", server.url(), exec("./plugin")));
    assertThat(unauthenticated(access.fromKubeconfig(file, null)))
        .contains(folder.resolve("plugin") + " cannot be started");
    script("echo top-secret; exit 3");
    assertThat(unauthenticated(access.fromKubeconfig(file, null)))
        .contains("failed with exit code 3");
    script("echo top-secret");
    assertThat(unauthenticated(access.fromKubeconfig(file, null)))
        .contains("gave an answer that is no")
        .doesNotContain("top-secret");
    Path unknown =
        write("unknown", kubeconfig("one", server.url(), exec("./plugin").replace("/v1", "/v9")));
    assertThat(
            catchThrowableOfType(
                InstallException.class, () -> access.fromKubeconfig(unknown, null)))
        .hasMessageContaining("client.authentication.k8s.io/v9");
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "the plugin is a shell script")
  void credentialPluginThatGivesACertificate_isUsed() throws IOException {
    TestCertificates certificates = TestCertificates.create();
    plugin(
        "'clientCertificateData':'%s','clientKeyData':'%s'"
            .formatted(
                certificates.clientPem().replace("\n", "\\n"),
                certificates.clientKeyPem().replace("\n", "\\n")));
    try (StubServer https = StubServer.https(certificates.serverContext(), true)) {
      https.on(GET, json(200, LIVE));
      Path file =
          write(
              "config",
              kubeconfig("one", https.url(), exec("./plugin"))
                  .replace(
                      "    server:",
                      "    certificate-authority-data: "
                          + base64(certificates.authorityPem())
                          + "\n    server:"));
      call(access.fromKubeconfig(file, null));
      assertThat(https.last().header("Authorization")).isNull();
    }
  }

  @Test
  void proxyAndImpersonation_areTakenOver() throws IOException {
    Path file =
        write(
            "config",
            kubeconfig(
                    "one",
                    "http://api.invalid:6443",
                    "token: x\n    as: somebody\n    as-groups: [g1, g2]")
                .replace(
                    "    server:",
                    "    proxy-url: http://127.0.0.1:" + server.port() + "\n    server:"));
    server.on("GET http://api.invalid:6443/api/v1/namespaces/ns", json(200, LIVE));
    call(access.fromKubeconfig(file, null));
    assertThat(server.last().header("Impersonate-user")).isEqualTo("somebody");
    assertThat(server.last().headers().get("Impersonate-group")).containsExactly("g1", "g2");
  }

  @Test
  void impersonationWithUidAndExtra_isToldAsKubectlTellsIt() throws IOException {
    Path file =
        write(
            "config",
            kubeconfig(
                "one",
                server.url(),
                "token: x\n    as: somebody\n    as-uid: '0815'\n    as-user-extra:"
                    + "\n      scopes: [view, edit]\n      example.org/a%b: [c]"));
    call(access.fromKubeconfig(file, null));
    assertThat(server.last().header("Impersonate-user")).isEqualTo("somebody");
    assertThat(server.last().header("Impersonate-uid")).isEqualTo("0815");
    assertThat(server.last().headers())
        .containsEntry("Impersonate-extra-scopes", List.of("view", "edit"))
        .containsEntry("Impersonate-extra-example.org%2fa%25b", List.of("c"));
  }

  @Test
  void impersonationOfNobody_isRefusedAsKubectlRefusesIt() throws IOException {
    for (String rest : new String[] {"as-uid: a", "as-groups: [a]", "as-user-extra: {a: [b]}"}) {
      Path file = write("config", kubeconfig("one", server.url(), "token: x\n    " + rest));
      assertThat(message(() -> access.fromKubeconfig(file, null)))
          .contains("without the user in as");
    }
  }

  @Test
  void proxyOfTheEnvironment_isUsedWhereTheKubeconfigNamesNone() throws IOException {
    environment.put("http_proxy", "us%40er:p%5Ess@127.0.0.1:" + server.port());
    server.on("GET http://api.invalid:6443/api/v1/namespaces/ns", json(200, LIVE));
    server.once(
        "GET http://api.invalid:6443/api/v1/namespaces/ns",
        exchange -> {
          exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"proxy\"");
          StubServer.send(exchange, 407, "text/plain", "who are you?");
        });
    String config = kubeconfig("one", "http://api.invalid:6443", "token: x");
    call(access.fromKubeconfig(write("config", config), null));
    assertThat(server.last().header("Proxy-authorization"))
        .isEqualTo("Basic " + base64("us@er:p^ss"));

    String empty = config.replace("    server:", "    proxy-url: ''\n    server:");
    call(access.fromKubeconfig(write("empty", empty), null));
    assertThat(server.seen()).hasSize(3);
  }

  @Test
  void proxyOfTheEnvironment_whenTheKubeconfigNamesOne_isNotUsed() throws IOException {
    environment.put("HTTP_PROXY", "http://127.0.0.1:1");
    String config = kubeconfig("one", "http://api.invalid:6443", "token: x");
    String named = "    proxy-url: http://127.0.0.1:" + server.port() + "\n    server:";
    server.on("GET http://api.invalid:6443/api/v1/namespaces/ns", json(200, LIVE));
    call(access.fromKubeconfig(write("config", config.replace("    server:", named)), null));
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void proxyOfTheEnvironment_thatCannotBeUsed_isNamedAndNotQuoted() throws IOException {
    Path file = write("config", kubeconfig("one", "https://api.invalid:6443", "token: x"));
    for (String broken :
        new String[] {"https://user:top-secret@proxy:3128", "user:top-secret@pro xy:3128"}) {
      environment.put("HTTPS_PROXY", broken);
      assertThat(message(() -> access.fromKubeconfig(file, null)))
          .contains("HTTPS_PROXY")
          .doesNotContain("secret");
    }
    environment.put("NO_PROXY", ".invalid");
    assertThat(access.fromKubeconfig(file, null).getHttpClient().proxy()).isNull();
  }

  @Test
  void proxyOfTheEnvironment_inAPod_isUsed() throws IOException {
    write("account/token", "pod-token\n");
    write("account/ca.crt", TestCertificates.create().authorityPem());
    environment.put("KUBERNETES_SERVICE_HOST", "10.96.0.1");
    environment.put("KUBERNETES_SERVICE_PORT", "443");
    environment.put("HTTPS_PROXY", "proxy.corp:3128");
    Proxy proxy = access.standard(null).getHttpClient().proxy();
    assertThat(proxy)
        .isEqualTo(
            new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.corp", 3128)));
    environment.put("NO_PROXY", "10.96.0.0/12");
    assertThat(access.standard(null).getHttpClient().proxy()).isNull();
  }

  @Test
  void unknownProxy_isRefused() throws IOException {
    Path file =
        write(
            "config",
            kubeconfig("one", server.url(), "token: x")
                .replace("    server:", "    proxy-url: ftp://x\n    server:"));
    assertThat(message(() -> access.fromKubeconfig(file, null))).contains("proxy-url");
  }

  @Test
  void proxyWithUserAndPassword_isToldThemWhenItAsks() throws IOException {
    Path file =
        write(
            "config",
            kubeconfig("one", "http://api.invalid:6443", "token: x")
                .replace(
                    "    server:",
                    "    proxy-url: http://us%40er:p%5Ess%3A@127.0.0.1:"
                        + server.port()
                        + "\n    server:"));
    server.on("GET http://api.invalid:6443/api/v1/namespaces/ns", json(200, LIVE));
    server.once(
        "GET http://api.invalid:6443/api/v1/namespaces/ns",
        exchange -> {
          exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"proxy\"");
          StubServer.send(exchange, 407, "text/plain", "who are you?");
        });
    call(access.fromKubeconfig(file, null));
    assertThat(server.last().header("Proxy-authorization"))
        .isEqualTo("Basic " + base64("us@er:p^ss:"));
    assertThat(server.last().header("Authorization")).isEqualTo("Bearer x");
  }

  @Test
  void proxyThatDoesNotTakeThePassword_isToldItOnce() throws IOException {
    Path file =
        write(
            "config",
            kubeconfig("one", "http://api.invalid:6443", "token: x")
                .replace(
                    "    server:",
                    "    proxy-url: http://user:secret@127.0.0.1:"
                        + server.port()
                        + "\n    server:"));
    server.on(
        "GET http://api.invalid:6443",
        exchange -> {
          exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic realm=\"proxy\"");
          StubServer.send(exchange, 407, "text/plain", "not you");
        });
    ApiClient client = access.fromKubeconfig(file, null);
    ClusterException e = catchThrowableOfType(ClusterException.class, () -> call(client));
    assertThat(e.status()).isEqualTo(407);
    assertThat(e).hasMessageNotContaining("secret");
    assertThat(server.seen()).hasSize(2);
  }

  @Test
  void unreadableProxy_isRefusedAndNotQuoted() throws IOException {
    for (String broken :
        new String[] {
          "http://user:top%secret@pro xy:3128",
          "http://user:top-secret@proxy:port",
          "http://user:top-secret@",
          "http://user:top^secret@[proxy:3128",
          "user:top-secret@proxy:3128",
          "ftp://user:top-secret@proxy:3128"
        }) {
      Path file =
          write(
              "config",
              kubeconfig("one", server.url(), "token: x")
                  .replace("    server:", "    proxy-url: '" + broken + "'\n    server:"));
      InstallException e =
          catchThrowableOfType(InstallException.class, () -> access.fromKubeconfig(file, null));
      assertThat(e.failure().code()).isEqualTo(FailureCode.CLUSTER_UNREACHABLE);
      assertThat(e).hasMessageContaining("context one of " + file).hasMessageContaining("proxy");
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        assertThat(cause.toString()).doesNotContain("secret").doesNotContain("user:");
      }
    }
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "the plugin is a shell script")
  void credentialPlugin_isToldWhatKubectlTellsIt() throws IOException {
    plugin("'token':'t$run'");
    for (String version : new String[] {"v1", "v1beta1"}) {
      Path file =
          write(
              "config",
              kubeconfig("one", server.url(), exec("./plugin").replace("/v1", "/" + version)));
      call(access.fromKubeconfig(file, null));
      assertThat(told())
          .isEqualTo(
              "{'kind':'ExecCredential','apiVersion':'client.authentication.k8s.io/%s',"
                      .formatted(version)
                  + "'spec':{'interactive':false}}");
    }
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "the plugin is a shell script")
  void credentialPluginThatAsksForTheCluster_isToldIt() throws IOException {
    TestCertificates certificates = TestCertificates.create();
    write("ca.pem", certificates.authorityPem());
    plugin("'token':'t$run'");
    String cluster =
        """
            tls-server-name: api.internal
            certificate-authority: ca.pem
            extensions:
            - name: client.authentication.k8s.io/exec
              extension: {audience: here, ports: [1]}
        """;
    Path file =
        write(
            "config",
            kubeconfig("one", server.url(), exec("./plugin") + "\n      provideClusterInfo: true")
                .replace("    server:", cluster + "    server:"));
    call(access.fromKubeconfig(file, null));
    assertThat(told())
        .isEqualTo(
            "{'kind':'ExecCredential','apiVersion':'client.authentication.k8s.io/v1',"
                + "'spec':{'interactive':false,'cluster':{'server':'"
                + server.url()
                + "','tls-server-name':'api.internal','certificate-authority-data':'"
                + base64(certificates.authorityPem())
                + "','config':{'audience':'here','ports':[1]}}}}");
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "the plugin is a shell script")
  void credentialPluginWithAnEnvironment_getsIt() throws IOException {
    plugin("'token':'$GREETING'");
    String info = "{\"apiVersion\":\"client.authentication.k8s.io/v1\"}";
    Path file =
        write(
            "config",
            kubeconfig(
                "one",
                server.url(),
                exec("./plugin")
                    + "\n      env:\n      - {name: GREETING, value: hello}"
                    + "\n      - {name: KUBERNETES_EXEC_INFO, value: '"
                    + info
                    + "'}"));
    assertThat(authorization(access.fromKubeconfig(file, null))).isEqualTo("Bearer hello");
    assertThat(told()).isEqualTo("{'apiVersion':'client.authentication.k8s.io/v1'}");
  }

  @Test
  @DisabledOnOs(value = WINDOWS, disabledReason = "the plugin is a shell script")
  void credentialPluginThatAnswersInAnotherVersion_isToldApart() throws IOException {
    plugin("'token':'t$run'");
    String info = "{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\"}";
    Path file =
        write(
            "config",
            kubeconfig(
                "one",
                server.url(),
                exec("./plugin")
                    + "\n      env:\n      - {name: KUBERNETES_EXEC_INFO, value: '"
                    + info
                    + "'}"));
    assertThat(unauthenticated(access.fromKubeconfig(file, null)))
        .contains(
            "answers as 'client.authentication.k8s.io/v1beta1', and the kubeconfig wants"
                + " client.authentication.k8s.io/v1");
  }

  /** What the plugin was told by its last run, with single quotes for double ones. */
  private String told() throws IOException {
    return Files.readString(folder.resolve("told")).strip().replace('"', '\'');
  }

  /**
   * A shell script that counts its runs and answers in the version that it is told; {@code status}
   * may use the count as {@code $run}.
   */
  private void plugin(String status) throws IOException {
    String credential =
        ("{'apiVersion':'$version','kind':'ExecCredential','status':{" + status + "}}")
            .replace('\'', '"');
    script(
        """
        cd "$(dirname "$0")"
        echo run >> runs
        run=$(grep -c run runs)
        echo "$KUBERNETES_EXEC_INFO" > told
        version=$(sed 's/.*"apiVersion":"\\([^"]*\\)".*/\\1/' told)
        cat <<EOF
        %s
        EOF
        """
            .formatted(credential));
  }

  private void script(String body) throws IOException {
    Path script = write("plugin", "#!/bin/sh\n" + body);
    assertThat(script.toFile().setExecutable(true)).isTrue();
  }

  /** An access that gives plugins so long. */
  private ClusterAccess access(Duration pluginLimit) {
    return new ClusterAccess(
        environment::get, folder.resolve("home"), folder.resolve("account"), pluginLimit);
  }

  /** Why the first request had no credentials. */
  private String unauthenticated(ApiClient client) {
    InstallException e = catchThrowableOfType(InstallException.class, () -> call(client));
    assertThat(e.failure().code()).isEqualTo(FailureCode.UNAUTHENTICATED);
    return String.valueOf(e.getMessage());
  }

  private static String exec(String command) {
    return "exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: " + command;
  }

  private @Nullable String authorization(ApiClient client) {
    call(client);
    return server.last().header("Authorization");
  }

  private void call(ApiClient client) {
    try (Connection connection = Connection.over(client)) {
      assertThat(connection.bind(run.control, "tester").get(NS)).isPresent();
    }
  }

  private static String message(ThrowingCallable call) {
    InstallException e = catchThrowableOfType(InstallException.class, call);
    assertThat(e.failure().code()).isEqualTo(FailureCode.CLUSTER_UNREACHABLE);
    return String.valueOf(e.getMessage());
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String kubeconfig(String name, String server, String user) {
    return """
    apiVersion: v1
    kind: Config
    current-context: %1$s
    contexts:
    - name: %1$s
      context: {cluster: %1$s, user: %1$s}
    clusters:
    - name: %1$s
      cluster:
        server: %2$s
    users:
    - name: %1$s
      user:
        %3$s
    """
        .formatted(name, server, user);
  }
}
