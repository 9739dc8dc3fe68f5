package io.github.kruiseinstaller.testkit.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.KindRegistry;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryTest {
  private static final String V2 =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  private final KindRegistry kinds = new KindRegistry();
  private final Discovery discovery = new Discovery(kinds, "127.0.0.1:6443");

  private JsonNode get(String path) {
    return get(path, "");
  }

  private JsonNode get(String path, String accept) {
    return Json.parse(discovery.page(path, accept).orElseThrow().body());
  }

  private static JsonNode tree(String json) {
    return Json.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> texts(JsonNode list, String field) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.path(field).asText()));
    return texts;
  }

  private static JsonNode named(JsonNode list, String field, String name) {
    for (JsonNode item : list) {
      if (item.path(field).asText().equals(name)) {
        return item;
      }
    }
    throw new AssertionError("no " + name + " in " + list);
  }

  private void serveWidgets() {
    kinds.serve(
        (ObjectNode)
            tree(
                """
                {"metadata": {"name": "widgets.example.com"}, "spec": {
                  "group": "example.com", "scope": "Namespaced",
                  "names": {"plural": "widgets", "singular": "widget", "kind": "Widget",
                            "shortNames": ["wd"], "categories": ["all"]},
                  "versions": [
                    {"name": "v1beta1", "served": true, "storage": false,
                     "schema": {"openAPIV3Schema": {"type": "object"}}},
                    {"name": "v1", "served": true, "storage": true,
                     "subresources": {"status": {}, "scale": {}},
                     "schema": {"openAPIV3Schema": {"type": "object", "properties":
                       {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}}}]}}
                """));
  }

  @Test
  void api_tellsTheCoreVersionAndTheAddress() {
    assertThat(get("/api"))
        .isEqualTo(
            tree(
                """
                {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs":
                  [{"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:6443"}]}
                """));
  }

  @Test
  void apis_listsGroupsWithTheirPreferredVersion() {
    JsonNode groups = get("/apis").path("groups");

    assertThat(texts(groups, "name")).startsWith("apiregistration.k8s.io", "apps");
    assertThat(named(groups, "name", "autoscaling"))
        .isEqualTo(
            tree(
                """
                {"name": "autoscaling",
                 "versions": [{"groupVersion": "autoscaling/v2", "version": "v2"},
                              {"groupVersion": "autoscaling/v1", "version": "v1"}],
                 "preferredVersion": {"groupVersion": "autoscaling/v2", "version": "v2"}}
                """));
  }

  @Test
  void group_isOneOfThem() {
    assertThat(get("/apis/policy"))
        .isEqualTo(
            tree(
                """
                {"kind": "APIGroup", "apiVersion": "v1", "name": "policy",
                 "versions": [{"groupVersion": "policy/v1", "version": "v1"}],
                 "preferredVersion": {"groupVersion": "policy/v1", "version": "v1"}}
                """));
  }

  @Test
  void resources_areToldWithVerbsNamesAndSubresources() {
    JsonNode apps = get("/apis/apps/v1");

    assertThat(apps.path("groupVersion").asText()).isEqualTo("apps/v1");
    assertThat(named(apps.path("resources"), "name", "deployments"))
        .isEqualTo(
            tree(
                """
                {"name": "deployments", "singularName": "deployment", "namespaced": true,
                 "kind": "Deployment", "verbs": ["create", "delete", "deletecollection", "get",
                 "list", "patch", "update", "watch"], "shortNames": ["deploy"],
                 "categories": ["all"], "storageVersionHash": "8aSe+NMegvE="}
                """));
    assertThat(named(apps.path("resources"), "name", "deployments/scale"))
        .isEqualTo(
            tree(
                """
                {"name": "deployments/scale", "singularName": "", "namespaced": true,
                 "group": "autoscaling", "version": "v1", "kind": "Scale",
                 "verbs": ["get", "patch", "update"]}
                """));
  }

  @ParameterizedTest
  @CsvSource({
    "pods/eviction, Eviction, create",
    "pods/log, Pod, get",
    "pods/exec, PodExecOptions, create",
    "pods/attach, PodAttachOptions, create",
    "pods/portforward, PodPortForwardOptions, create",
    "pods/binding, Binding, create",
    "pods/ephemeralcontainers, Pod, get",
    "services/proxy, ServiceProxyOptions, create",
    "serviceaccounts/token, TokenRequest, create",
    "namespaces/finalize, Namespace, update",
    "namespaces/status, Namespace, get"
  })
  void coreSubresources_areToldAsARealServerTells(String name, String kind, String verb) {
    JsonNode subresource = named(get("/api/v1").path("resources"), "name", name);

    assertThat(subresource.path("kind").asText()).isEqualTo(kind);
    assertThat(subresource.path("verbs").get(0).asText()).isEqualTo(verb);
  }

  @ParameterizedTest
  @CsvSource({
    "/apis/autoscaling/v1, horizontalpodautoscalers, qwQve8ut294=",
    "/apis/events.k8s.io/v1, events, r2yiGXH7wu8=",
    "/api/v1, events, r2yiGXH7wu8="
  })
  void storageVersionHash_isThatOfTheStoredVersion(String path, String name, String hash) {
    JsonNode resource = named(get(path).path("resources"), "name", name);

    assertThat(resource.path("storageVersionHash").asText()).isEqualTo(hash);
  }

  @Test
  void aggregated_holdsEverythingInOneDocument() {
    serveWidgets();
    Discovery.Page page = discovery.page("/apis", V2 + ",application/json").orElseThrow();
    JsonNode list = Json.parse(page.body());

    assertThat(page.contentType()).isEqualTo(V2);
    assertThat(list.path("apiVersion").asText()).isEqualTo("apidiscovery.k8s.io/v2");
    JsonNode widgets = list.path("items").get(list.path("items").size() - 1);
    assertThat(widgets)
        .isEqualTo(
            tree(
                """
                {"metadata": {"name": "example.com"}, "versions": [
                  {"version": "v1", "freshness": "Current", "resources": [
                    {"resource": "widgets",
                     "responseKind": {"group": "example.com", "version": "v1", "kind": "Widget"},
                     "scope": "Namespaced", "singularResource": "widget",
                     "verbs": ["delete", "deletecollection", "get", "list", "patch", "create",
                               "update", "watch"],
                     "shortNames": ["wd"], "categories": ["all"],
                     "subresources": [
                       {"subresource": "scale", "responseKind":
                         {"group": "autoscaling", "version": "v1", "kind": "Scale"},
                        "verbs": ["get", "patch", "update"]},
                       {"subresource": "status", "responseKind":
                         {"group": "example.com", "version": "v1", "kind": "Widget"},
                        "verbs": ["get", "patch", "update"]}]}]},
                  {"version": "v1beta1", "freshness": "Current", "resources": [
                    {"resource": "widgets",
                     "responseKind": {"group": "example.com", "version": "v1beta1", "kind": "Widget"},
                     "scope": "Namespaced", "singularResource": "widget",
                     "verbs": ["delete", "deletecollection", "get", "list", "patch", "create",
                               "update", "watch"],
                     "shortNames": ["wd"], "categories": ["all"]}]}]}
                """));
    JsonNode core = get("/api", V2).path("items").get(0);
    assertThat(core.path("metadata").isEmpty()).isTrue();
    assertThat(named(core.at("/versions/0/resources"), "resource", "pods").path("responseKind"))
        .isEqualTo(tree("{\"group\": \"\", \"version\": \"\", \"kind\": \"Pod\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*/*",
        "application/json",
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        "application/json," + V2,
        "application/vnd.kubernetes.protobuf"
      })
  void plainForm_isForWhoDoesNotAskForTheOther(String accept) {
    assertThat(get("/apis", accept).path("kind").asText()).isEqualTo("APIGroupList");
  }

  @Test
  void customResources_comeAndGo() {
    assertThat(discovery.page("/apis/example.com/v1", "")).isEmpty();

    serveWidgets();

    assertThat(texts(get("/apis/example.com/v1").path("resources"), "name"))
        .containsExactly("widgets", "widgets/scale", "widgets/status");
    assertThat(get("/apis/example.com").at("/preferredVersion/version").asText()).isEqualTo("v1");

    kinds.withdraw("widgets.example.com");

    assertThat(discovery.page("/apis/example.com", "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/api/v2",
        "/api/v1/pods",
        "/apis/nothing",
        "/apis/apps/v2",
        "/apis/apps/v1/deployments",
        "/version/x",
        "/openapi",
        "/openapi/v3/apis/nothing/v1",
        "/other"
      })
  void otherPaths_areEmpty(String path) {
    assertThat(discovery.page(path, "")).isEmpty();
  }

  @Test
  void version_isThatOfTheSimulatedKubernetes() {
    assertThat(get("/version").path("gitVersion").asText()).isEqualTo("v1.34.0");
    assertThat(get("/version").path("minor").asText()).isEqualTo("34");
  }

  @Test
  void openApiIndex_namesADocumentPerVersionAndItsHashFollowsTheSchema() {
    serveWidgets();
    String before = get("/openapi/v3").at("/paths/apis~1example.com~1v1").toString();
    String apps = get("/openapi/v3").at("/paths/apis~1apps~1v1").toString();

    assertThat(before).contains("/openapi/v3/apis/example.com/v1?hash=");
    assertThat(get("/openapi/v3").path("paths").has("api/v1")).isTrue();

    kinds.serve(
        (ObjectNode)
            tree(
                """
                {"metadata": {"name": "widgets.example.com"}, "spec": {"group": "example.com",
                  "names": {"plural": "widgets", "kind": "Widget"},
                  "versions": [{"name": "v1", "served": true, "storage": true}]}}
                """));

    assertThat(get("/openapi/v3").at("/paths/apis~1example.com~1v1").toString())
        .isNotEqualTo(before);
    assertThat(get("/openapi/v3").at("/paths/apis~1apps~1v1").toString()).isEqualTo(apps);
  }

  @Test
  void openApiV3_tellsWhatClientsLookFor() {
    JsonNode document = get("/openapi/v3/apis/apps/v1");
    JsonNode patch =
        document
            .path("paths")
            .path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}")
            .path("patch");

    assertThat(texts(patch.path("parameters"), "name")).contains("fieldValidation", "force");
    assertThat(patch.path("x-kubernetes-group-version-kind"))
        .isEqualTo(tree("{\"group\": \"apps\", \"kind\": \"Deployment\", \"version\": \"v1\"}"));
    assertThat(patch.at("/requestBody/content").has("application/strategic-merge-patch+json"))
        .isTrue();
    JsonNode schemas = document.at("/components/schemas");
    JsonNode deployment = schemas.path("io.k8s.api.apps.v1.Deployment");
    assertThat(deployment.at("/x-kubernetes-group-version-kind/0/kind").asText())
        .isEqualTo("Deployment");
    assertThat(deployment.at("/properties/spec/allOf/0/$ref").asText())
        .isEqualTo("#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec");
    JsonNode pod = schemas.path("io.k8s.api.core.v1.PodSpec");
    assertThat(pod.at("/properties/containers"))
        .isEqualTo(
            tree(
                """
                {"type": "array",
                 "items": {"allOf": [{"$ref": "#/components/schemas/io.k8s.api.core.v1.Container"}]},
                 "x-kubernetes-list-map-keys": ["name"], "x-kubernetes-list-type": "map",
                 "x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "name"}
                """));
    assertThat(pod.at("/properties/volumes/x-kubernetes-patch-strategy").asText())
        .isEqualTo("merge,retainKeys");
    assertThat(
            schemas.at(
                "/io.k8s.api.apps.v1.DeploymentSpec/properties/strategy/x-kubernetes-patch-strategy"))
        .isEqualTo(Json.text("retainKeys"));
    assertThat(schemas.at("/io.k8s.api.core.v1.ContainerPort/properties/protocol/default"))
        .isEqualTo(Json.text("TCP"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/openapi/v2", "/openapi/v3/api/v1", "/openapi/v3/apis/example.com/v1"})
  void openApi_everyReferenceLeadsSomewhere(String path) {
    serveWidgets();
    JsonNode document = get(path);
    List<String> references = document.findValuesAsText("$ref");
    // A schema of schemas has a field of that name.
    references.removeIf(String::isEmpty);

    assertThat(references).isNotEmpty();
    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(document.at(reference.substring(1)).isObject()).as(reference).isTrue());
  }

  @Test
  void openApi_customKindsHaveNoStrategicMerge() {
    serveWidgets();
    JsonNode document = get("/openapi/v3/apis/example.com/v1");
    JsonNode types =
        document.at(
            "/paths/~1apis~1example.com~1v1~1namespaces~1{namespace}~1widgets~1{name}/patch"
                + "/requestBody/content");

    assertThat(types.has("application/apply-patch+yaml")).isTrue();
    assertThat(types.has("application/strategic-merge-patch+json")).isFalse();
    JsonNode widget = document.at("/components/schemas/com.example.v1.Widget");
    assertThat(widget.at("/properties/spec/properties/size/type").asText()).isEqualTo("integer");
    assertThat(widget.at("/properties/metadata/allOf/0/$ref").asText())
        .endsWith("meta.v1.ObjectMeta");
  }

  @Test
  void openApiV2_isJsonOnly() {
    assertThat(
            discovery.page(
                "/openapi/v2", "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"))
        .isEmpty();
    JsonNode document = get("/openapi/v2");
    JsonNode patch = document.at("/paths/~1api~1v1~1namespaces~1{name}/patch");
    assertThat(patch.path("consumes").toString()).contains("strategic-merge-patch");
    assertThat(texts(patch.path("parameters"), "name")).contains("fieldValidation", "body");
    assertThat(document.at("/definitions/io.k8s.api.core.v1.Pod/properties/spec/$ref").asText())
        .isEqualTo("#/definitions/io.k8s.api.core.v1.PodSpec");
  }
}
