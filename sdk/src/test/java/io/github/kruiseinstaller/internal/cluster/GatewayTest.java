package io.github.kruiseinstaller.internal.cluster;

import static io.github.kruiseinstaller.internal.cluster.StubServer.json;
import static io.github.kruiseinstaller.internal.cluster.StubServer.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GatewayTest {
  private static final String MAPS = "/api/v1/namespaces/ns/configmaps";
  private static final ObjectRef REF = ObjectRef.namespaced("v1", "ConfigMap", "ns", "a");
  private static final String LIVE =
      "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a','namespace':'ns','uid':'u1',"
          + "'resourceVersion':'7','managedFields':[{'manager':'x'}]},'big':9007199254740993}";
  private static final Manifest SENT =
      parse(
          "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a','namespace':'ns',"
              + "'creationTimestamp':null,'managedFields':[]},'data':{'k':null},'status':{}}");

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
  void server_leavesCredentialsOut() {
    assertThat(run.cluster("https://user:secret@host:6443/base").server())
        .isEqualTo("https://host:6443/base");
  }

  @Test
  void kubernetesVersion_keepsTheVendorsSuffix() {
    server.on("GET /version", json(200, "{'gitVersion':'v1.27.3-gke.100'}"));
    assertThat(cluster.kubernetesVersion()).isEqualTo("1.27.3-gke.100");
    assertThat(server.last().header("Accept")).isEqualTo("application/json");
    assertThat(server.last().header("User-agent")).startsWith("kruise-installer/");
  }

  @Test
  void get_returnsEveryFieldAsItIs() {
    server.on("GET " + MAPS + "/a", json(200, LIVE));
    assertThat(cluster.get(REF)).contains(parse(LIVE));
  }

  @Test
  void get_whenTheObjectIsAbsent_isEmpty() {
    assertThat(cluster.get(REF)).isEmpty();
  }

  @Test
  void get_whenTheNameHasColons_escapesIt() {
    ObjectRef ref = ObjectRef.cluster("rbac.authorization.k8s.io/v1", "ClusterRole", "system:a/b");
    cluster.get(ref);
    assertThat(server.last().uri())
        .isEqualTo("/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Aa%2Fb");
  }

  @Test
  void get_whenANamespaceIsMissing_isRefusedBeforeAnythingIsSent() {
    assertThatThrownBy(() -> cluster.get(ObjectRef.cluster("v1", "ConfigMap", "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("names no namespace");
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void list_readsAllPagesAndSaysWhatTheItemsAre() {
    server
        .on(
            "GET " + MAPS + "?labelSelector=a%3Db&limit=500&continue=more",
            json(200, "{'metadata':{'resourceVersion':'9'},'items':[" + item("b") + "]}"))
        .once(
            "GET " + MAPS + "?labelSelector=a%3Db&limit=500",
            json(
                200,
                "{'metadata':{'resourceVersion':'9','continue':'more'},'items':["
                    + item("a")
                    + "]}"));
    Cluster.Listing listing = cluster.list(Query.all("v1", "ConfigMap", "ns").withLabels("a=b"));
    assertThat(listing.resourceVersion()).isEqualTo("9");
    assertThat(listing.items()).extracting(Manifest::name).containsExactly("a", "b");
    assertThat(listing.items()).allMatch(item -> item.isKind("ConfigMap"));
  }

  @Test
  void list_whenThePagesAreForgotten_startsAgain() {
    String first =
        "{'metadata':{'resourceVersion':'9','continue':'%s'},'items':[" + item("a") + "]}";
    server
        .on("GET " + MAPS + "?limit=500&continue=new", json(200, "{'items':[" + item("b") + "]}"))
        .once("GET " + MAPS + "?limit=500", json(200, first.formatted("new")))
        .once("GET " + MAPS + "?limit=500", json(200, first.formatted("old")))
        .once("GET " + MAPS + "?limit=500&continue=old", refusal(410, "Expired", "too old"));
    assertThat(cluster.list(Query.all("v1", "ConfigMap", "ns")).items())
        .extracting(Manifest::name)
        .containsExactly("a", "b");
  }

  @Test
  void list_whenTheClusterDoesNotHaveTheKind_isEmpty() {
    Cluster.Listing none = cluster.list(Query.all("apps.kruise.io/v1alpha1", "CloneSet", null));
    assertThat(none).isEqualTo(new Cluster.Listing(List.of(), ""));
  }

  @Test
  void apply_sendsTheFieldsAndNothingThatIsTheServers() {
    server.on("PATCH " + MAPS + "/a", json(200, LIVE));
    assertThat(cluster.apply(SENT, Write.PERSIST)).isEqualTo(parse(LIVE));
    StubServer.Seen sent = server.last();
    assertThat(sent.uri()).isEqualTo(MAPS + "/a?fieldManager=tester&fieldValidation=Strict");
    assertThat(sent.header("Content-type")).isEqualTo("application/apply-patch+yaml");
    assertThat(sent.body())
        .isEqualTo(
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\","
                + "\"namespace\":\"ns\"},\"data\":{\"k\":null}}");
  }

  @Test
  void apply_whenTakingOverInADryRun_saysSo() {
    server.on("PATCH " + MAPS + "/a", json(200, LIVE));
    cluster.apply(SENT, Write.DRY_RUN_TAKE_OVER);
    assertThat(server.last().uri())
        .isEqualTo(MAPS + "/a?force=true&fieldManager=tester&fieldValidation=Strict&dryRun=All");
  }

  @Test
  void apply_whenAnotherManagerOwnsFields_isNotTriedAgain() {
    server.on(
        "PATCH " + MAPS + "/a",
        json(
            409,
            "{'kind':'Status','reason':'Conflict','message':'1"
                + " conflict','details':{'causes':[{'reason':'FieldManagerConflict','message':'conflict"
                + " with x','field':'.d'}]}}"));
    ClusterException e =
        catchThrowableOfType(ClusterException.class, () -> cluster.apply(SENT, Write.PERSIST));
    assertThat(e.isFieldManagerConflict()).isTrue();
    assertThat(e.answer().causes())
        .containsExactly(
            new ClusterException.Cause("FieldManagerConflict", ".d", "conflict with x"));
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void create_postsToTheCollection() {
    server.on("POST " + MAPS, json(201, LIVE));
    cluster.create(SENT, Write.DRY_RUN);
    assertThat(server.last().uri())
        .isEqualTo(MAPS + "?fieldManager=tester&fieldValidation=Strict&dryRun=All");
    assertThat(server.last().header("Content-type")).isEqualTo("application/json");
    assertThat(server.last().body()).doesNotContain("creationTimestamp").doesNotContain("status");
  }

  @Test
  void replace_sendsTheObjectWholeAndLeavesAStaleOneToTheCaller() {
    server.on("PUT " + MAPS + "/a", refusal(409, "Conflict", "modified"));
    assertThatThrownBy(() -> cluster.replace(parse(LIVE), Write.PERSIST))
        .isInstanceOfSatisfying(ClusterException.class, e -> assertThat(e.isStale()).isTrue());
    assertThat(server.seen()).hasSize(1);
    assertThat(parse(server.last().body())).isEqualTo(parse(LIVE));
  }

  @Test
  void mergePatch_sendsNullsAndTriesALostRaceAgain() {
    server
        .on("PATCH " + MAPS + "/a", json(200, LIVE))
        .once("PATCH " + MAPS + "/a", refusal(409, "Conflict", "modified"));
    cluster.mergePatch(REF, Collections.singletonMap("data", null), Write.PERSIST);
    assertThat(server.last().body()).isEqualTo("{\"data\":null}");
    assertThat(server.last().header("Content-type")).isEqualTo("application/merge-patch+json");
    assertThat(run.retries).containsExactly("409 Conflict: modified / 200");
  }

  @Test
  void mergePatch_withAResourceVersion_leavesALostRaceToTheCaller() {
    server.on("PATCH " + MAPS + "/a", refusal(409, "Conflict", "modified"));
    Map<String, ?> patch = Map.of("metadata", Map.of("resourceVersion", "7"));
    assertThatThrownBy(() -> cluster.mergePatch(REF, patch, Write.PERSIST))
        .isInstanceOf(ClusterException.class);
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void delete_sendsPreconditionAndPropagation() {
    server.on("DELETE " + MAPS + "/a", json(200, "{'kind':'Status','status':'Success'}"));
    assertThat(cluster.delete(REF, "u1")).isTrue();
    assertThat(server.last().body())
        .contains("\"propagationPolicy\":\"Background\"")
        .contains("\"preconditions\":{\"uid\":\"u1\"}");
  }

  @Test
  void delete_inTheForeground_saysSo() {
    server.on("DELETE " + MAPS + "/a", json(200, "{'kind':'Status','status':'Success'}"));
    assertThat(cluster.delete(REF, null, Cluster.Propagation.FOREGROUND)).isTrue();
    assertThat(server.last().body())
        .contains("\"propagationPolicy\":\"Foreground\"")
        .doesNotContain("preconditions");
  }

  @Test
  void delete_whenThereIsNothing_saysSo() {
    assertThat(cluster.delete(REF, null)).isFalse();
    assertThat(cluster.delete(ObjectRef.cluster("a.io/v1", "Unknown", "x"), null)).isFalse();
  }

  @Test
  void delete_whenTheAnswerGotLost_countsAsDone() {
    server.once("DELETE " + MAPS + "/a", StubServer.cutOff("{"));
    assertThat(cluster.delete(REF, null)).isTrue();
  }

  @Test
  void delete_whenAnotherObjectHasTheName_leavesItAlone() {
    server
        .on("DELETE " + MAPS + "/a", refusal(409, "Conflict", "the uid differs"))
        .on("GET " + MAPS + "/a", json(200, LIVE));
    assertThat(cluster.delete(REF, "other")).isFalse();
    assertThatThrownBy(() -> cluster.delete(REF, "u1")).isInstanceOf(ClusterException.class);
  }

  @Test
  void probeCreate_usesAConnectionOfItsOwnAndTriesOnce() {
    server.on("GET /version", json(200, "{}"));
    cluster.kubernetesVersion();
    server.on("POST " + MAPS, refusal(500, "InternalError", "failed calling webhook"));
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> cluster.probeCreate(SENT, Duration.ofSeconds(30)))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("failed calling webhook");
    }
    assertThat(server.seen()).hasSize(4);
    assertThat(server.seen()).extracting(StubServer.Seen::remotePort).doesNotHaveDuplicates();
    assertThat(server.last().uri()).contains("dryRun=All");
    assertThat(run.retries).isEmpty();
  }

  @Test
  void prober_asksTheSameServerOverOneConnectionOfItsOwn() {
    server.on("GET /version", json(200, "{}"));
    cluster.kubernetesVersion();
    server.on("POST " + MAPS, json(201, LIVE));
    for (int i = 0; i < 2; i++) {
      try (Cluster.Prober prober = cluster.prober()) {
        prober.create(SENT, Duration.ofSeconds(30));
        prober.create(SENT, Duration.ofSeconds(30));
      }
    }
    assertThat(server.seen()).hasSize(5);
    assertThat(server.seen().get(1).remotePort()).isEqualTo(server.seen().get(2).remotePort());
    assertThat(server.seen().get(3).remotePort()).isEqualTo(server.seen().get(4).remotePort());
    assertThat(server.seen())
        .extracting(StubServer.Seen::remotePort)
        .satisfies(ports -> assertThat(java.util.Set.copyOf(ports)).hasSize(3));
  }

  @Test
  void prober_whenItsConnectionIsGone_doesNotAskOverAnotherOne() {
    server.on(
        "POST " + MAPS,
        exchange -> {
          exchange.getResponseHeaders().set("Connection", "close");
          json(201, LIVE).to(exchange);
        });
    try (Cluster.Prober prober = cluster.prober()) {
      prober.create(SENT, Duration.ofSeconds(30));
      assertThatThrownBy(() -> prober.create(SENT, Duration.ofSeconds(30)))
          .isInstanceOfSatisfying(
              ClusterException.class,
              gone -> assertThat(gone.status()).isEqualTo(ClusterException.NO_ANSWER))
          .hasMessageContaining("the connection was closed between two requests");
    }
    assertThat(server.seen()).hasSize(1);
  }

  @Test
  void logs_asksForTheLastLinesAndIsEmptyWhenTheyCannotBeHad() {
    ObjectRef pod = ObjectRef.namespaced("v1", "Pod", "ns", "p");
    server.once(
        "GET /api/v1/namespaces/ns/pods/p/log",
        exchange -> StubServer.send(exchange, 200, "text/plain", "one\ntwo\n"));
    assertThat(cluster.logs(pod, "c", true, 5)).containsExactly("one", "two");
    assertThat(server.last().uri()).contains("container=c&tailLines=5").contains("previous=true");
    server.on("GET /api/v1/namespaces/ns/pods/p/log", refusal(400, "BadRequest", "waiting"));
    assertThat(cluster.logs(pod, "c", false, 5)).isEmpty();
    assertThat(server.last().uri()).doesNotContain("previous");
  }

  @Test
  void allowed_asksAboutThisObject() {
    server.on("POST /apis/authorization.k8s.io/v1/", json(201, "{'status':{'allowed':true}}"));
    assertThat(cluster.allowed("get", ObjectRef.namespaced("v1", "Pod", "ns", "p"), "log"))
        .isTrue();
    assertThat(server.last().body())
        .contains("\"verb\":\"get\"")
        .contains("\"group\":\"\"")
        .contains("\"resource\":\"pods\"")
        .contains("\"subresource\":\"log\"")
        .contains("\"name\":\"p\"");
    cluster.allowed("create", ObjectRef.cluster("policy.example/v1", "Policy", "x"), null);
    assertThat(server.last().body()).contains("\"resource\":\"policies\"");
  }

  @Test
  void serviceProxy_callsOverHttpsAndTriesOnce() {
    String path = "/api/v1/namespaces/ns/services/https:svc:443/proxy/healthz";
    server.once("GET " + path, exchange -> StubServer.send(exchange, 200, "text/plain", "ok"));
    assertThat(cluster.proxy(ObjectRef.namespaced("v1", "Service", "ns", "svc"), 443, "/healthz"))
        .isEqualTo("ok");
    server.on("GET " + path, refusal(503, "ServiceUnavailable", "no endpoints"));
    assertThatThrownBy(
            () ->
                cluster.proxy(ObjectRef.namespaced("v1", "Service", "ns", "svc"), 443, "/healthz"))
        .hasMessageContaining("no endpoints");
    assertThat(server.seen()).hasSize(2);
  }

  @Test
  void discovery_asksOncePerVersionAndAgainAfterAMiss() {
    String path = "/apis/apps.kruise.io/v1alpha1";
    ObjectRef cloneSet = ObjectRef.namespaced("apps.kruise.io/v1alpha1", "CloneSet", "ns", "a");
    server.on("GET " + path, json(200, "{'resources':[]}"));
    assertThat(cluster.get(cloneSet)).isEmpty();
    assertThat(cluster.get(cloneSet)).isEmpty();
    assertThat(server.seen()).hasSize(1);

    server.on(
        "GET " + path,
        json(
            200,
            "{'resources':[{'name':'clonesets','kind':'CloneSet','namespaced':true},"
                + "{'name':'clonesets/scale','kind':'Scale','namespaced':true}]}"));
    server.on(
        "GET " + path + "/namespaces/ns/clonesets/a",
        json(200, LIVE.replace("'v1'", "'apps.kruise.io/v1alpha1'")));
    run.time.pass(Duration.ofSeconds(1));
    assertThat(cluster.get(cloneSet)).isPresent();
    assertThat(cluster.get(cloneSet)).isPresent();
    assertThat(server.seen().stream().filter(s -> s.uri().equals(path)).count()).isEqualTo(2);
  }

  @Test
  void create_whenTheClusterDoesNotHaveTheKind_isNotFound() {
    Manifest unknown =
        parse("{'apiVersion':'a.io/v1','kind':'B','metadata':{'name':'x','namespace':'ns'}}");
    assertThatThrownBy(() -> cluster.create(unknown, Write.PERSIST))
        .isInstanceOfSatisfying(ClusterException.class, e -> assertThat(e.isNotFound()).isTrue())
        .hasMessageContaining("does not have the kind B of a.io/v1");
  }

  private static String item(String name) {
    return "{'metadata':{'name':'" + name + "','namespace':'ns'}}";
  }

  private static Manifest parse(String json) {
    return Manifest.parseJson(json.replace('\'', '"'));
  }
}
