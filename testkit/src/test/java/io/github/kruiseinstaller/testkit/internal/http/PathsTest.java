package io.github.kruiseinstaller.testkit.internal.http;

import static io.github.kruiseinstaller.testkit.internal.http.ClusterFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Authorizer;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, methods, parameters and media types. */
final class PathsTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String NO_ROUTE = "the server could not find the requested resource";

  private static ClusterFixture cluster;

  @BeforeAll
  static void start() {
    cluster = new ClusterFixture(Authorizer.allowingAll());
    ObjectNode definition =
        json(
            "{'metadata':{'name':'widgets.example.com'},'spec':{'group':'example.com',"
                + "'scope':'Namespaced','names':{'plural':'widgets','singular':'widget',"
                + "'kind':'Widget','listKind':'WidgetList'},'versions':[{'name':'v1',"
                + "'served':true,'storage':true,'schema':{'openAPIV3Schema':{'type':'object',"
                + "'x-kubernetes-preserve-unknown-fields':true}},"
                + "'additionalPrinterColumns':["
                + "{'name':'Size','type':'integer','jsonPath':'.spec.size'},"
                + "{'name':'Ready','type':'string','priority':1,'description':'Whether it is.',"
                + "'jsonPath':'.status.conditions[?(@.type==\\'Ready\\')].status'}]}]}}");
    cluster.create("apiextensions.k8s.io", "customresourcedefinitions", "", definition);
    cluster.kinds.serve(definition);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nowhere",
        "/apis/no.such.group/v1/things",
        "/apis/example.com/v1/gadgets",
        "/apis/example.com/v9/widgets",
        "/apis/example.com/v1/widgets/one"
      })
  void nothingThere_isPlainText(String path) throws IOException {
    ClusterFixture.Reply reply = cluster.get(path);

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.body()).isEqualTo("404 page not found\n");
    assertThat(reply.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
    assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/things",
        "/api/v9/pods",
        "/api/v9",
        "/apis/apps/v9",
        "/apis/apps/v9/deployments",
        "/apis/apps/v1/things",
        "/api/v1/pods/p",
        "/api/v1/namespaces/default/nodes",
        "/api/v1/namespaces/default/configmaps/c/scale",
        "/api/v1/namespaces/default/pods/p/nonsense"
      })
  void noRoute_isAStatus(String path) throws IOException {
    ClusterFixture.Reply reply = cluster.get(path);

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.message()).isEqualTo(NO_ROUTE);
    assertThat(reply.json().path("details")).isEqualTo(json("{}"));
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/v1/namespaces/default/configmaps/c",
    "POST, /api/v1/configmaps",
    "PUT, /api/v1/namespaces/default/configmaps",
    "DELETE, /api/v1/configmaps",
    "DELETE, /api/v1/namespaces/default/pods/p/status",
    "POST, /api/v1/namespaces/default/pods/p/log",
    "GET, /api/v1/namespaces/default/pods/p/eviction",
    "DELETE, /apis/apps/v1/namespaces/default/deployments/d/scale",
    "POST, /healthz",
    "POST, /version"
  })
  void wrongMethod_is405(String method, String path) throws IOException {
    ClusterFixture.Reply reply = cluster.send(method, path, method.equals("GET") ? "" : "{}");

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.message())
        .isEqualTo("the server does not allow this method on the requested resource");
  }

  @Test
  void wrongMethodOnACustomKind_hasWordsOfItsOwn() throws IOException {
    ClusterFixture.Reply reply =
        cluster.send("POST", "/apis/example.com/v1/namespaces/default/widgets/w", "{}");

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.message())
        .isEqualTo("create is not supported on resources of kind \"widgets.example.com\"");
    assertThat(cluster.get("/apis/example.com/v1/namespaces/default/widgets/w/scale").message())
        .isEqualTo("widgets.example.com \"w\" not found");
  }

  @Test
  void health_inShortAndInFull() throws IOException {
    assertThat(cluster.get("/livez").body()).isEqualTo("ok");
    assertThat(cluster.get("/readyz?verbose&exclude=etcd").body())
        .startsWith("[+]ping ok\n[+]log ok\n[+]etcd excluded: ok\n")
        .contains("[+]shutdown ok\n")
        .endsWith("readyz check passed\n");
    assertThat(cluster.get("/healthz/etcd").body()).isEqualTo("ok");
    assertThat(cluster.get("/healthz/nonsense").status()).isEqualTo(404);
  }

  @Test
  void documents_metricsAndThePathsThereAre() throws IOException {
    assertThat(cluster.get("/version/").json().path("major").asText()).isEqualTo("1");
    assertThat(cluster.get("/").json().path("paths").toString())
        .contains("\"/apis/apps/v1\"")
        .contains("\"/readyz\"");
    assertThat(cluster.get("/metrics").body()).contains("apiserver_served_kinds");
    assertThat(cluster.get("/openapi/v9").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dryRun=Some|CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value:"
            + " [\"Some\"]: supported values: \"All\"",
        "fieldValidation=Maybe|CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation:"
            + " Unsupported value: \"Maybe\": supported values: \"\", \"Ignore\", \"Strict\","
            + " \"Warn\"",
        "fieldManager=a%07b|CreateOptions.meta.k8s.io \"\" is invalid: fieldManager: Invalid"
            + " value: \"a\\u0007b\": invalid character U+0007 (at position 1)"
      })
  void optionsOfACreate_areChecked(String query, String message) throws IOException {
    ClusterFixture.Reply reply =
        cluster.send("POST", MAPS + "?" + query, "{'metadata':{'name':'x'}}");

    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.message()).isEqualTo(message);
  }

  @Test
  void fieldManager_isNotTooLong() throws IOException {
    ClusterFixture.Reply reply =
        cluster.send("POST", MAPS + "?fieldManager=" + "m".repeat(129), "{}");

    assertThat(reply.message())
        .isEqualTo(
            "CreateOptions.meta.k8s.io \"\" is invalid: fieldManager: Too long: may not be more"
                + " than 128 bytes");
  }

  @Test
  void optionsOfAPatch_areChecked() throws IOException {
    String apply = "application/apply-patch+yaml";
    String merge = "application/merge-patch+json";

    assertThat(cluster.send("PATCH", MAPS + "/x", "{}", "Content-Type", apply).message())
        .isEqualTo(
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required"
                + " for apply patch");
    assertThat(cluster.send("PATCH", MAPS + "/x?force=true", "{}", "Content-Type", merge).message())
        .isEqualTo(
            "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for"
                + " non-apply patch");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=many|400|strconv.ParseInt: parsing \"many\": invalid syntax",
        "limit=99999999999999999999|400|strconv.ParseInt: parsing \"99999999999999999999\": value"
            + " out of range",
        "resourceVersionMatch=Exact|422|ListOptions.meta.k8s.io \"\" is invalid:"
            + " resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless"
            + " resourceVersion is provided",
        "resourceVersionMatch=Exact&resourceVersion=0|422|ListOptions.meta.k8s.io \"\" is invalid:"
            + " resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is forbidden for"
            + " resourceVersion \"0\"",
        "sendInitialEvents=true|422|ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents:"
            + " Forbidden: sendInitialEvents is forbidden for list",
        "watch=1&sendInitialEvents=true|422|ListOptions.meta.k8s.io \"\" is invalid:"
            + " resourceVersionMatch: Forbidden: sendInitialEvents requires setting"
            + " resourceVersionMatch to NotOlderThan",
        "watch=1&resourceVersionMatch=NotOlderThan|422|ListOptions.meta.k8s.io \"\" is invalid:"
            + " resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch"
            + " unless sendInitialEvents is provided"
      })
  void optionsOfAList_areChecked(String query, int status, String message) throws IOException {
    ClusterFixture.Reply reply = cluster.get(MAPS + "?" + query);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.message()).isEqualTo(message);
  }

  @Test
  void optionsOfAList_severalThingsWrong() throws IOException {
    assertThat(
            cluster.get(MAPS + "?resourceVersionMatch=Odd&resourceVersion=5&continue=x").message())
        .contains("resourceVersionMatch is forbidden when continue is provided")
        .contains(
            "Unsupported value: \"Odd\": supported values: \"Exact\", \"NotOlderThan\", \"\"");
    assertThat(
            cluster
                .get(MAPS + "?watch=1&resourceVersionMatch=Exact&sendInitialEvents=true&continue=x")
                .message())
        .contains("supported values: \"NotOlderThan\"")
        .contains("resourceVersionMatch is forbidden when continue is provided");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'propagationPolicy':'Maybe'}|propagationPolicy: Unsupported value: \"Maybe\": supported"
            + " values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
        "{'propagationPolicy':'Orphan','orphanDependents':true}|propagationPolicy: Invalid value:"
            + " \"Orphan\": orphanDependents and deletionPropagation cannot be both set",
        "{'dryRun':['x']}|dryRun: Unsupported value: [\"x\"]: supported values: \"All\""
      })
  void optionsOfADelete_areChecked(String body, String message) throws IOException {
    ClusterFixture.Reply reply = cluster.send("DELETE", MAPS + "/x", body);

    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.message()).isEqualTo("DeleteOptions.meta.k8s.io \"\" is invalid: " + message);
  }

  @Test
  void deleteOptions_thatAreNone() throws IOException {
    ClusterFixture.Reply other =
        cluster.send("DELETE", MAPS + "/x", "{'kind':'Nosuch','apiVersion':'v1'}");
    assertThat(other.status()).isEqualTo(500);
    assertThat(other.message())
        .isEqualTo(
            "no kind \"Nosuch\" is registered for version \"v1\" in scheme"
                + " \"pkg/runtime/scheme.go:110\"");
    assertThat(cluster.send("DELETE", MAPS + "/x", "[]").status()).isEqualTo(500);
    assertThat(cluster.send("DELETE", MAPS + "/x", "{").message())
        .isEqualTo("couldn't get version/kind; json parse error: unexpected end of JSON input");
    assertThat(
            cluster
                .send("DELETE", MAPS + "/x", "a: [", "Content-Type", "application/yaml")
                .message())
        .startsWith("error converting YAML to JSON: yaml: ");
  }

  @Test
  void mediaTypes_ofBodies() throws IOException {
    assertThat(cluster.send("POST", MAPS, "{}", "Content-Type", "text/plain").message())
        .isEqualTo(
            "the body of the request was in an unknown format - accepted media types include:"
                + " application/json, application/yaml, application/vnd.kubernetes.protobuf");
    ClusterFixture.Reply builtIn =
        cluster.send("PATCH", MAPS + "/x", "{}", "Content-Type", "application/json");
    assertThat(builtIn.status()).isEqualTo(415);
    assertThat(builtIn.message()).isEqualTo("415: Unsupported Media Type");
    ClusterFixture.Reply custom =
        cluster.send(
            "PATCH",
            "/apis/example.com/v1/namespaces/default/widgets/w",
            "{}",
            "Content-Type",
            "application/strategic-merge-patch+json");
    assertThat(custom.status()).isEqualTo(415);
    assertThat(custom.message())
        .isEqualTo(
            "the body of the request was in an unknown format - accepted media types include:"
                + " application/json-patch+json, application/merge-patch+json,"
                + " application/apply-patch+yaml");
  }

  @Test
  void mediaTypes_ofAnswers() throws IOException {
    ClusterFixture.Reply builtIn = cluster.get(MAPS, "Accept", "text/html");
    assertThat(builtIn.status()).isEqualTo(406);
    assertThat(builtIn.message())
        .startsWith("406: Not Acceptable\n\nAvailable representations: application/json, ");
    assertThat(
            cluster
                .get("/apis/example.com/v1/namespaces/default/widgets", "Accept", "text/html")
                .message())
        .isEqualTo(
            "only the following media types are accepted: application/json, application/yaml,"
                + " application/vnd.kubernetes.protobuf");
    assertThat(cluster.get("/api", "Accept", "image/png").message())
        .isEqualTo(
            "406: Not Acceptable\n\nAvailable representations: application/json,"
                + " application/yaml, application/vnd.kubernetes.protobuf");
    assertThat(
            cluster
                .get(MAPS, "Accept", "application/vnd.kubernetes.protobuf")
                .header("Content-Type"))
        .isEqualTo("application/json");
    assertThat(
            cluster
                .get(MAPS, "Accept", "application/json;q=0.5, application/yaml;q=0.9")
                .header("Content-Type"))
        .isEqualTo("application/yaml");
    assertThat(
            cluster
                .get(MAPS, "Accept", "application/json;as=Nonsense;v=v1;g=meta.k8s.io,*/*")
                .json()
                .path("kind")
                .asText())
        .isEqualTo("ConfigMapList");
  }

  @Test
  void body_thatIsTooLarge() throws IOException {
    ClusterFixture.Reply reply =
        cluster.send("POST", MAPS, "{'data':{'a':'" + "x".repeat(3 * 1024 * 1024) + "'}}");

    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.message()).isEqualTo("Request entity too large: limit is 3145728");
  }

  @Test
  void partialMetadata_ofObjectsAndLists() throws IOException {
    cluster.send("POST", MAPS, "{'metadata':{'name':'part'},'data':{'a':'b'}}");
    String as = "application/json;g=meta.k8s.io;v=v1;as=";

    ObjectNode object =
        (ObjectNode) cluster.get(MAPS + "/part", "Accept", as + "PartialObjectMetadata").json();
    assertThat(object.path("kind").asText()).isEqualTo("PartialObjectMetadata");
    assertThat(object.path("apiVersion").asText()).isEqualTo("meta.k8s.io/v1");
    assertThat(object.has("data")).isFalse();
    assertThat(
            cluster
                .get(MAPS, "Accept", as + "PartialObjectMetadataList")
                .json()
                .at("/items/0/kind")
                .asText())
        .isEqualTo("PartialObjectMetadata");
    assertThat(cluster.get(MAPS, "Accept", as + "PartialObjectMetadata").status()).isEqualTo(406);
    assertThat(cluster.get(MAPS + "/part", "Accept", as + "PartialObjectMetadataList").status())
        .isEqualTo(406);
  }

  @Test
  void table_ofACustomKindHasTheColumnsItsDefinitionAsksFor() throws IOException {
    cluster.send(
        "POST",
        "/apis/example.com/v1/namespaces/default/widgets",
        "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w'},"
            + "'spec':{'size':3},'status':{'conditions':[{'type':'Other','status':'False'},"
            + "{'type':'Ready','status':'True'}]}}");

    var table =
        cluster
            .get(
                "/apis/example.com/v1/namespaces/default/widgets",
                "Accept",
                "application/json;as=Table;v=v1;g=meta.k8s.io")
            .json();

    assertThat(table.path("columnDefinitions"))
        .extracting(column -> column.path("name").asText())
        .containsExactly("Name", "Size", "Ready");
    assertThat(table.at("/columnDefinitions/1/description").asText())
        .isEqualTo("Custom resource definition column (in JSONPath format): .spec.size");
    assertThat(table.at("/columnDefinitions/2/priority").asInt()).isEqualTo(1);
    assertThat(table.at("/rows/0/cells")).isEqualTo(json("{'c':['w',3,'True']}").path("c"));
    assertThat(table.at("/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
  }

  @Test
  void deprecatedVersions_areWarnedOf_andKindsThatGoTakeNoNewObjects() throws IOException {
    ObjectNode definition =
        json(
            "{'metadata':{'name':'gadgets.old.example.com','finalizers':['example.com/held']},"
                + "'spec':{'group':'old.example.com','scope':'Namespaced','names':{"
                + "'plural':'gadgets','singular':'gadget','kind':'Gadget'},'versions':["
                + "{'name':'v1alpha1','served':true,'storage':false,'deprecated':true,"
                + "'deprecationWarning':'too old','schema':{'openAPIV3Schema':{'type':'object'}}},"
                + "{'name':'v1beta1','served':true,'storage':false,'deprecated':true,"
                + "'schema':{'openAPIV3Schema':{'type':'object'}}},"
                + "{'name':'v1','served':true,'storage':true,"
                + "'schema':{'openAPIV3Schema':{'type':'object'}}}]}}");
    ObjectNode stored =
        cluster.create("apiextensions.k8s.io", "customresourcedefinitions", "", definition);
    cluster.kinds.serve(stored);
    String path = "/namespaces/default/gadgets";

    assertThat(cluster.get("/apis/old.example.com/v1beta1" + path).header("Warning"))
        .isEqualTo(
            "299 - \"old.example.com/v1beta1 Gadget is deprecated; use old.example.com/v1"
                + " Gadget\"");
    assertThat(cluster.get("/apis/old.example.com/v1alpha1" + path).header("Warning"))
        .isEqualTo("299 - \"too old\"");
    assertThat(cluster.get("/apis/old.example.com/v1" + path).header("Warning")).isEmpty();
    cluster.send(
        "PATCH",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.old.example.com/status",
        "{'status':{'conditions':[{'type':'Terminating','status':'True'}]}}",
        "Content-Type",
        "application/merge-patch+json");
    assertThat(
            cluster
                .send(
                    "POST",
                    "/apis/old.example.com/v1" + path,
                    "{'apiVersion':'old.example.com/v1','kind':'Gadget','metadata':{'name':'g'}}")
                .message())
        .isEqualTo(
            "gadgets.old.example.com \"g\" is forbidden: create not allowed while custom resource"
                + " definition is terminating");
  }

  @Test
  void table_withOrWithoutObjects() throws IOException {
    cluster.send("POST", MAPS, "{'metadata':{'name':'tabled'},'data':{'a':'b'}}");
    String table = "application/json;as=Table;v=v1;g=meta.k8s.io";

    assertThat(
            cluster
                .get(MAPS + "/tabled?includeObject=Object", "Accept", table)
                .json()
                .at("/rows/0/object/data/a")
                .asText())
        .isEqualTo("b");
    assertThat(
            cluster
                .get(MAPS + "/tabled?includeObject=None", "Accept", table)
                .json()
                .at("/rows/0/object")
                .isNull())
        .isTrue();
    assertThat(cluster.get(MAPS + "/tabled?includeObject=Some", "Accept", table).message())
        .isEqualTo(
            "Unable to convert to Table as requested: includeObject: Invalid value: \"Some\":"
                + " must be 'Metadata', 'Object', 'None', or empty");
  }
}
