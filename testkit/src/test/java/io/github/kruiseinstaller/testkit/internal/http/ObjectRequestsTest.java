package io.github.kruiseinstaller.testkit.internal.http;

import static io.github.kruiseinstaller.testkit.internal.http.ClusterFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Objects over HTTP. */
final class ObjectRequestsTest {
  private static ClusterFixture cluster;

  @BeforeAll
  static void start() {
    cluster = new ClusterFixture();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  private static ClusterFixture.Reply create(String name) throws IOException {
    return cluster.send("POST", MAPS, "{'metadata':{'name':'" + name + "'},'data':{'a':'1'}}");
  }

  @Test
  void create_isAnsweredWith201AndTheObject() throws IOException {
    ClusterFixture.Reply reply = create("made");

    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    assertThat(reply.header("Cache-Control")).isEqualTo("no-cache, private");
    assertThat(reply.header("Audit-Id")).isNotEmpty();
    assertThat(reply.body()).endsWith("\n");
    assertThat(reply.json().path("kind").asText()).isEqualTo("ConfigMap");
    assertThat(reply.json().at("/metadata/managedFields/0/manager").asText()).isEqualTo("kubectl");
  }

  @Test
  void get_returnsTheObject_andWithoutOneTheRefusal() throws IOException {
    create("there");

    assertThat(cluster.get(MAPS + "/there").json().at("/data/a").asText()).isEqualTo("1");
    ClusterFixture.Reply absent = cluster.get(MAPS + "/absent");
    assertThat(absent.status()).isEqualTo(404);
    assertThat(absent.message()).isEqualTo("configmaps \"absent\" not found");
    assertThat(absent.json().path("details"))
        .isEqualTo(json("{'name':'absent','kind':'configmaps'}"));
  }

  @Test
  void list_hasItemsWithoutKind_andPages() throws IOException {
    cluster.namespace("pages");
    for (String name : new String[] {"a", "b", "c"}) {
      cluster.send(
          "POST", "/api/v1/namespaces/pages/secrets", "{'metadata':{'name':'" + name + "'}}");
    }

    JsonNode page = cluster.get("/api/v1/namespaces/pages/secrets?limit=2").json();

    assertThat(page.path("kind").asText()).isEqualTo("SecretList");
    assertThat(page.path("items")).hasSize(2);
    assertThat(page.at("/items/0").has("kind")).isFalse();
    assertThat(page.at("/metadata/remainingItemCount").asInt()).isEqualTo(1);
    String token = page.at("/metadata/continue").asText();
    JsonNode rest =
        cluster.get("/api/v1/namespaces/pages/secrets?limit=2&continue=" + token).json();
    assertThat(rest.at("/items/0/metadata/name").asText()).isEqualTo("c");
    assertThat(rest.at("/metadata").has("continue")).isFalse();
  }

  @Test
  void list_overAllNamespaces() throws IOException {
    create("everywhere");

    JsonNode all =
        cluster.get("/api/v1/configmaps?fieldSelector=metadata.name%3Deverywhere").json();

    assertThat(all.path("items")).hasSize(1);
  }

  @Test
  void replace_withAStaleVersion_isAConflict() throws IOException {
    JsonNode made = create("stale").json();
    cluster.send("PUT", MAPS + "/stale", "{'metadata':{'name':'stale'},'data':{'a':'2'}}");

    ClusterFixture.Reply reply = cluster.send("PUT", MAPS + "/stale", made.toString());

    assertThat(reply.status()).isEqualTo(409);
    assertThat(reply.reason()).isEqualTo("Conflict");
  }

  @Test
  void replace_ofASubresource() throws IOException {
    cluster.send(
        "POST",
        "/apis/apps/v1/namespaces/default/deployments",
        "{'metadata':{'name':'web'},'spec':{'replicas':2,'selector':{'matchLabels':{'a':'b'}},"
            + "'template':{'metadata':{'labels':{'a':'b'}},"
            + "'spec':{'containers':[{'name':'c','image':'i'}]}}}}");
    String path = "/apis/apps/v1/namespaces/default/deployments/web";

    ClusterFixture.Reply status =
        cluster.send(
            "PATCH",
            path + "/status",
            "{'status':{'replicas':2}}",
            "Content-Type",
            "application/merge-patch+json");
    JsonNode scale = cluster.get(path + "/scale").json();
    ClusterFixture.Reply scaled =
        cluster.send(
            "PUT",
            path + "/scale",
            "{'metadata':{'name':'web','namespace':'default'},'spec':{'replicas':5}}");

    assertThat(status.status()).isEqualTo(200);
    assertThat(cluster.get(path + "/status").json().at("/status/replicas").asInt()).isEqualTo(2);
    assertThat(scale.path("kind").asText()).isEqualTo("Scale");
    assertThat(scale.at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(scaled.json().at("/spec/replicas").asInt()).isEqualTo(5);
    assertThat(cluster.get(path).json().at("/spec/replicas").asInt()).isEqualTo(5);
  }

  @Test
  void apply_createsThenChangesNothing() throws IOException {
    String body =
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'applied'},'data':{'k':'v'}}";
    String path = MAPS + "/applied?fieldManager=me&force=true";

    ClusterFixture.Reply first =
        cluster.send("PATCH", path, body, "Content-Type", "application/apply-patch+yaml");
    ClusterFixture.Reply second =
        cluster.send("PATCH", path, body, "Content-Type", "application/apply-patch+yaml");

    assertThat(first.status()).isEqualTo(201);
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.json().at("/metadata/resourceVersion"))
        .isEqualTo(first.json().at("/metadata/resourceVersion"));
  }

  @Test
  void delete_isAnsweredWithAStatus() throws IOException {
    String uid = create("gone").json().at("/metadata/uid").asText();

    ClusterFixture.Reply reply = cluster.send("DELETE", MAPS + "/gone", "");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json())
        .isEqualTo(
            json(
                "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Success','details':"
                    + "{'name':'gone','kind':'configmaps','uid':'"
                    + uid
                    + "'}}"));
    assertThat(cluster.get(MAPS + "/gone").status()).isEqualTo(404);
  }

  @Test
  void delete_ofSomeKindsIsAnsweredWithTheObject() throws IOException {
    cluster.send(
        "POST", "/api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'robot'}}");

    ClusterFixture.Reply reply =
        cluster.send("DELETE", "/api/v1/namespaces/default/serviceaccounts/robot", "");

    assertThat(reply.json().path("kind").asText()).isEqualTo("ServiceAccount");
  }

  @Test
  void delete_withAPreconditionThatFails() throws IOException {
    create("guarded");

    ClusterFixture.Reply reply =
        cluster.send(
            "DELETE",
            MAPS + "/guarded",
            "{'kind':'DeleteOptions','apiVersion':'v1','preconditions':{'uid':'other'}}");

    assertThat(reply.status()).isEqualTo(409);
    assertThat(cluster.get(MAPS + "/guarded").status()).isEqualTo(200);
  }

  @Test
  void delete_asYamlAndDry() throws IOException {
    create("dry");

    ClusterFixture.Reply reply =
        cluster.send(
            "DELETE",
            MAPS + "/dry",
            "propagationPolicy: Foreground\ndryRun: [All]\n",
            "Content-Type",
            "application/yaml");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(cluster.get(MAPS + "/dry").status()).isEqualTo(200);
  }

  @Test
  void delete_withPropagationOrphanAndForeground() throws IOException {
    create("foreground");

    ClusterFixture.Reply reply =
        cluster.send("DELETE", MAPS + "/foreground?propagationPolicy=Foreground", "");

    assertThat(reply.json().at("/metadata/finalizers/0").asText()).isEqualTo("foregroundDeletion");
    create("orphan");
    ClusterFixture.Reply orphan =
        cluster.send("DELETE", MAPS + "/orphan", "{'orphanDependents':true}");
    assertThat(orphan.json().at("/metadata/finalizers/0").asText()).isEqualTo("orphan");
  }

  @Test
  void deleteCollection_answersWithWhatWasDeleted() throws IOException {
    cluster.namespace("many");
    for (String name : new String[] {"x", "y"}) {
      cluster.send(
          "POST", "/api/v1/namespaces/many/configmaps", "{'metadata':{'name':'" + name + "'}}");
    }

    JsonNode list = cluster.send("DELETE", "/api/v1/namespaces/many/configmaps", "").json();

    assertThat(list.path("kind").asText()).isEqualTo("ConfigMapList");
    assertThat(list.path("items")).hasSize(2);
    assertThat(cluster.get("/api/v1/namespaces/many/configmaps").json().path("items")).isEmpty();
  }

  @Test
  void namespaces_areAskedForByTheirOwnName() throws IOException {
    assertThat(cluster.get("/api/v1/namespaces/default").json().path("kind").asText())
        .isEqualTo("Namespace");
    assertThat(cluster.get("/api/v1/namespaces/default/status").status()).isEqualTo(200);
  }

  @Test
  void deletionOfJobs_withoutPolicy_warns() throws IOException {
    String warning =
        "299 - \"child pods are preserved by default when jobs are deleted; set"
            + " propagationPolicy=Background to remove them or set propagationPolicy=Orphan to"
            + " suppress this warning\"";
    String jobs = "/apis/batch/v1/namespaces/default/jobs";

    assertThat(cluster.send("DELETE", jobs + "/nosuch", "").header("Warning")).isEqualTo(warning);
    assertThat(cluster.send("DELETE", jobs, "").header("Warning")).isEqualTo(warning);
    for (String said : List.of("propagationPolicy=Orphan", "orphanDependents=false")) {
      assertThat(cluster.send("DELETE", jobs + "/nosuch?" + said, "").header("Warning")).isEmpty();
      assertThat(cluster.send("DELETE", jobs + "?" + said, "").header("Warning")).isEmpty();
    }
    assertThat(
            cluster
                .send("DELETE", "/api/v1/namespaces/default/replicationcontrollers/nosuch", "")
                .header("Warning"))
        .isEmpty();
  }

  @Test
  void warnings_goIntoHeaders() throws IOException {
    ClusterFixture.Reply reply =
        cluster.send("POST", MAPS, "{'metadata':{'name':'warned'},'colour':'red'}");

    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.header("Warning")).isEqualTo("299 - \"unknown field \\\"colour\\\"\"");
  }

  @Test
  void yaml_isUnderstoodAndAnswered() throws IOException {
    ClusterFixture.Reply reply =
        cluster.send(
            "POST",
            MAPS,
            "metadata:\n  name: written\ndata:\n  k: v\n",
            "Content-Type",
            "application/yaml",
            "Accept",
            "application/yaml");

    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.header("Content-Type")).isEqualTo("application/yaml");
    assertThat(reply.body()).contains("kind: ConfigMap\n");
  }

  @Test
  void pretty_indents() throws IOException {
    assertThat(cluster.get("/api/v1/namespaces/default?pretty=true").body()).startsWith("{\n  \"");
    assertThat(cluster.get("/api/v1/namespaces/default?pretty=0").body()).startsWith("{\"");
    assertThat(
            cluster.get("/api/v1/namespaces/default", "Accept", "application/json;pretty=1").body())
        .startsWith("{\n  \"");
  }
}
