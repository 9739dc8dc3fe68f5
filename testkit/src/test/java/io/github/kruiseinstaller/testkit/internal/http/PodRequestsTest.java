package io.github.kruiseinstaller.testkit.internal.http;

import static io.github.kruiseinstaller.testkit.internal.http.ClusterFixture.NOW;
import static io.github.kruiseinstaller.testkit.internal.http.ClusterFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import io.github.kruiseinstaller.testkit.internal.controller.PodLogs;
import io.github.kruiseinstaller.testkit.internal.network.Certificates;
import io.github.kruiseinstaller.testkit.internal.network.HttpsListener;
import io.github.kruiseinstaller.testkit.internal.network.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import okhttp3.Response;
import okio.BufferedSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs of pods, and the ways to them. */
final class PodRequestsTest {
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String SERVICES = "/api/v1/namespaces/default/services";

  private ClusterFixture cluster;

  @BeforeEach
  void start() {
    cluster = new ClusterFixture(Authorizer.allowingAll());
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  /** A pod with containers; the state is of the first. */
  private void pod(String name, String containers, String status) {
    String list =
        List.of(containers.split(",", -1)).stream()
            .map(container -> "{'name':'" + container + "','image':'i'}")
            .reduce((one, other) -> one + "," + other)
            .orElseThrow();
    cluster.create(
        "",
        "pods",
        "default",
        json(
            "{'metadata':{'name':'"
                + name
                + "'},'spec':{'nodeName':'n','containers':["
                + list
                + "]}}"));
    if (!status.isEmpty()) {
      status(
          name,
          "{'containerStatuses':[{'name':'" + containers.split(",", -1)[0] + "'," + status + "}]}");
    }
  }

  private void status(String name, String status) {
    try {
      assertThat(
              cluster
                  .send(
                      "PATCH",
                      PODS + "/" + name + "/status",
                      "{'status':" + status + "}",
                      "Content-Type",
                      "application/merge-patch+json")
                  .status())
          .isEqualTo(200);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static final String RUNNING = "'state':{'running':{}}";

  private static PodLogs.Log log(boolean ended, String... lines) {
    return new PodLogs.Log(
        IntStream.range(0, lines.length)
            .mapToObj(i -> new PodLogs.Line(NOW.minusSeconds(lines.length - i), lines[i]))
            .toList(),
        ended);
  }

  @Test
  void log_asPlainText() throws IOException {
    pod("p", "main", RUNNING);
    cluster.logs.put("p/main", log(false, "one", "two", "three"));

    ClusterFixture.Reply reply = cluster.get(PODS + "/p/log");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualTo("text/plain");
    assertThat(reply.body()).isEqualTo("one\ntwo\nthree\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tailLines=2|two,three,",
        "tailLines=9|one,two,three,",
        "tailLines=0|''",
        "sinceSeconds=1|three,",
        "sinceTime=2025-03-01T11:59:58Z|two,three,",
        "limitBytes=5|one,t",
        "tailLines=1&timestamps=true|2025-03-01T11:59:59Z three,"
      })
  void log_inPart(String query, String expected) throws IOException {
    pod("p", "main", RUNNING);
    cluster.logs.put("p/main", log(false, "one", "two", "three"));

    assertThat(cluster.get(PODS + "/p/log?" + query).body().replace("\n", ",")).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tailLines=-1|tailLines: Invalid value: -1: must be greater than or equal to 0",
        "limitBytes=0|limitBytes: Invalid value: 0: must be greater than 0",
        "sinceSeconds=0|sinceSeconds: Invalid value: 0: must be greater than 0"
      })
  void log_options_areChecked(String query, String message) throws IOException {
    ClusterFixture.Reply reply = cluster.get(PODS + "/p/log?" + query);

    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.message()).isEqualTo("PodLogOptions \"p\" is invalid: " + message);
  }

  @Test
  void log_sinceWhen_isSaidOnceAndReadable() throws IOException {
    pod("p", "main", RUNNING);

    assertThat(cluster.get(PODS + "/p/log?sinceSeconds=1&sinceTime=2025-03-01T11:59:58Z").message())
        .contains("at most one of `sinceTime` or `sinceSeconds` may be specified");
    assertThat(cluster.get(PODS + "/p/log?sinceTime=yesterday").message())
        .startsWith("parsing time \"yesterday\": ");
  }

  @Test
  void log_ofWhichContainer() throws IOException {
    pod("two", "a,b", RUNNING);
    cluster.logs.put("two/a", log(false, "of a"));

    assertThat(cluster.get(PODS + "/two/log").message())
        .isEqualTo("a container name must be specified for pod two, choose one of: [a b]");
    assertThat(cluster.get(PODS + "/two/log?container=c").message())
        .isEqualTo("container c is not valid for pod two");
    assertThat(cluster.get(PODS + "/two/log?container=a").body()).isEqualTo("of a\n");
    assertThat(cluster.get(PODS + "/none/log").status()).isEqualTo(404);
  }

  @Test
  void log_ofAPodThatIsNowhereYet_isNoContent() throws IOException {
    cluster.create(
        "",
        "pods",
        "default",
        json("{'metadata':{'name':'p'},'spec':{'containers':[{'name':'main','image':'i'}]}}"));

    ClusterFixture.Reply reply = cluster.get(PODS + "/p/log");

    assertThat(reply.status()).isEqualTo(204);
    assertThat(reply.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'state':{'waiting':{'reason':'ContainerCreating'}}|container \"main\" in pod \"p\" is"
            + " waiting to start: ContainerCreating",
        "'state':{'waiting':{'reason':'ErrImagePull'}}|container \"main\" in pod \"p\" is waiting"
            + " to start: image can't be pulled",
        "'state':{'waiting':{'reason':'ImagePullBackOff'}}|container \"main\" in pod \"p\" is"
            + " waiting to start: trying and failing to pull image",
        "'state':{}|container \"main\" in pod \"p\" is waiting to start - no logs yet",
        "'state':{'terminated':{'exitCode':1}}|container \"main\" in pod \"p\" is terminated",
        "'state':{'waiting':{'reason':'X'}},'lastState':{'terminated':{'exitCode':1}}|container"
            + " \"main\" in pod \"p\" is terminated",
        "``|container \"main\" in pod \"p\" is not available"
      })
  void log_thatIsNotThere(String state, String message) throws IOException {
    pod("p", "main", state);

    ClusterFixture.Reply reply = cluster.get(PODS + "/p/log");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.reason()).isEqualTo("BadRequest");
    assertThat(reply.message()).isEqualTo(message);
  }

  @Test
  void log_ofTheRunBefore() throws IOException {
    pod(
        "p",
        "main",
        "'state':{'waiting':{'reason':'CrashLoopBackOff'}},"
            + "'lastState':{'terminated':{'exitCode':1,'containerID':'containerd://1'}}");
    cluster.logs.put("p/main", log(true, "crashed"));
    cluster.logs.put("p/main/previous", log(true, "crashed before"));
    pod("fresh", "main", RUNNING);

    assertThat(cluster.get(PODS + "/p/log").body()).isEqualTo("crashed\n");
    assertThat(cluster.get(PODS + "/p/log?previous=true").body()).isEqualTo("crashed before\n");
    assertThat(cluster.get(PODS + "/fresh/log?previous=true").message())
        .isEqualTo("previous terminated container \"main\" in pod \"fresh\" not found");
  }

  @Test
  void log_followed_endsWithTheContainer() throws IOException {
    pod("p", "main", RUNNING);
    cluster.logs.put("p/main", log(false, "one"));

    try (Response response =
        cluster
            .client
            .newCall(
                cluster.request(
                    cluster.server.adminToken(), "GET", PODS + "/p/log?follow=true", ""))
            .execute()) {
      BufferedSource lines = response.body().source();
      assertThat(lines.readUtf8Line()).isEqualTo("one");
      cluster.logs.put("p/main", log(false, "one", "two"));
      assertThat(lines.readUtf8Line()).isEqualTo("two");
      cluster.logs.put("p/main", log(true, "one", "two", "three"));
      assertThat(lines.readUtf8Line()).isEqualTo("three");
      assertThat(lines.readUtf8Line()).isNull();
    }
    cluster.logs.put("p/main", log(true, "over"));
    assertThat(cluster.get(PODS + "/p/log?follow=true").body()).isEqualTo("over\n");
  }

  @Test
  void eviction_deletesThePod() throws IOException {
    pod("p", "main", "");

    ClusterFixture.Reply reply =
        cluster.send(
            "POST",
            PODS + "/p/eviction",
            "{'apiVersion':'policy/v1','kind':'Eviction','metadata':{'name':'p',"
                + "'namespace':'default'},'deleteOptions':{'gracePeriodSeconds':0}}");

    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.json())
        .isEqualTo(
            json(
                "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Success',"
                    + "'code':201}"));
    assertThat(cluster.get(PODS + "/p").status()).isEqualTo(404);
  }

  @Test
  void binding_putsThePodOnANode() throws IOException {
    cluster.create(
        "",
        "pods",
        "default",
        json("{'metadata':{'name':'p'},'spec':{'containers':[{'name':'main','image':'i'}]}}"));

    ClusterFixture.Reply reply =
        cluster.send(
            "POST",
            PODS + "/p/binding",
            "{'metadata':{'name':'p'},'target':{'kind':'Node','name':'somewhere'}}");

    assertThat(reply.status()).isEqualTo(201);
    assertThat(cluster.get(PODS + "/p").json().at("/spec/nodeName").asText())
        .isEqualTo("somewhere");
  }

  @Test
  void exec_needsAnUpgrade() throws IOException {
    pod("p", "main", "");

    assertThat(cluster.send("POST", PODS + "/p/exec", "{}").message())
        .isEqualTo("Upgrade request required");
  }

  private void service(String endpoints) {
    cluster.create(
        "",
        "services",
        "default",
        json("{'metadata':{'name':'web'},'spec':{'ports':[{'name':'https','port':443}]}}"));
    cluster.create(
        "",
        "endpoints",
        "default",
        json("{'metadata':{'name':'web'},'subsets':[" + endpoints + "]}"));
  }

  private static final String READY =
      "{'addresses':[{'ip':'10.244.0.5'}],'ports':[{'name':'https','port':9876}]}";

  @Test
  void proxy_reachesThePodBehindTheService() throws IOException {
    Certificates.Validity valid = Certificates.Validity.tenYears(Instant.now());
    Certificates.Identity identity =
        Certificates.authority("ca", valid).issue(List.of("web.default.svc"), valid);
    service(READY);
    try (HttpsListener pod =
        HttpsListener.start(
            identity,
            (path, body) ->
                HttpsListener.Answer.text(path.startsWith("/healthz") ? 200 : 404, path))) {
      cluster.network.listen("10.244.0.5", 9876, pod.port());

      ClusterFixture.Reply healthy = cluster.get(SERVICES + "/https:web:443/proxy/healthz?a=b%20c");
      ClusterFixture.Reply byName = cluster.get(SERVICES + "/https:web:https/proxy/x/");

      assertThat(healthy.status()).isEqualTo(200);
      assertThat(healthy.body()).isEqualTo("/healthz");
      assertThat(byName.status()).isEqualTo(404);
      assertThat(byName.body()).isEqualTo("/x/");
    }
  }

  @Test
  void proxy_reachesAPod() throws IOException {
    Certificates.Validity valid = Certificates.Validity.tenYears(Instant.now());
    Certificates.Identity identity = Certificates.authority("ca", valid).issue(List.of("x"), valid);
    pod("p", "main", "");
    assertThat(cluster.get(PODS + "/p/proxy/").message()).isEqualTo("address not allowed");
    status("p", "{'podIP':'10.244.0.6'}");
    try (HttpsListener listener =
        HttpsListener.start(
            identity,
            (path, body) ->
                HttpsListener.Answer.text(200, new String(body, StandardCharsets.UTF_8)))) {
      cluster.network.listen("10.244.0.6", 8443, listener.port());

      assertThat(cluster.send("POST", PODS + "/https:p:8443/proxy/", "hello").body())
          .isEqualTo("hello");
    }
    assertThat(cluster.get(PODS + "/p/proxy/").message())
        .isEqualTo(
            "error trying to reach service: dial tcp 10.244.0.6:80: connect: connection refused");
    assertThat(cluster.get(PODS + "/p:web/proxy/").status()).isEqualTo(400);
  }

  @Test
  void proxy_saysWhyItCannot() throws IOException {
    service(READY);
    String path = SERVICES + "/https:web:443/proxy/healthz";

    ClusterFixture.Reply refused = cluster.get(path);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.reason()).isEqualTo("ServiceUnavailable");
    assertThat(refused.message())
        .isEqualTo(
            "error trying to reach service: dial tcp 10.244.0.5:9876: connect: connection refused");
    cluster.network.troubles.put("10.244.0.5", Network.Trouble.CLOSED);
    assertThat(cluster.get(path).message()).isEqualTo("error trying to reach service: EOF");
    assertThat(cluster.get(SERVICES + "/https:web:80/proxy/").message())
        .isEqualTo("no service port 80 found for service \"web\"");
    assertThat(cluster.get(SERVICES + "/web:other/proxy/").message())
        .isEqualTo("no endpoints available for service \"web:other\"");
    assertThat(cluster.get(SERVICES + "/ftp:web:443/proxy/").message())
        .isEqualTo("invalid service request \"ftp:web:443\"");
    assertThat(cluster.get(SERVICES + "/https:none:443/proxy/").status()).isEqualTo(404);
  }

  @Test
  void proxy_withoutEndpoints() throws IOException {
    service("");

    assertThat(cluster.get(SERVICES + "/https:web:443/proxy/").message())
        .isEqualTo("no endpoints available for service \"web\"");
  }

  @Test
  void proxy_whenThePodHangsUp() throws IOException {
    service(READY);
    try (java.net.ServerSocket socket =
        new java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress())) {
      Thread closer =
          new Thread(
              () -> {
                try {
                  socket.accept().close();
                } catch (IOException e) {
                  // The test is over.
                  return;
                }
              });
      closer.setDaemon(true);
      closer.start();
      cluster.network.listen("10.244.0.5", 9876, socket.getLocalPort());

      assertThat(cluster.get(SERVICES + "/https:web:443/proxy/").message())
          .startsWith("error trying to reach service: ");
    }
  }
}
