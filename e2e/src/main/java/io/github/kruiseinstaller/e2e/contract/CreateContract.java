package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.CONFIG_MAPS;
import static io.github.kruiseinstaller.e2e.contract.Steps.DEPLOYMENTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.LEASES;
import static io.github.kruiseinstaller.e2e.contract.Steps.SECRETS;
import static io.github.kruiseinstaller.e2e.contract.Steps.SERVICES;
import static io.github.kruiseinstaller.e2e.contract.Steps.STRICT;
import static io.github.kruiseinstaller.e2e.contract.Steps.configMap;
import static io.github.kruiseinstaller.e2e.contract.Steps.delete;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.mergePatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;

/** POST. */
final class CreateContract {
  private static final String UNKNOWN_FIELDS =
      """
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","nosuch":1},"datum":{"k":"v"}}\
      """;
  private static final String DUPLICATE_FIELDS =
      """
      {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"},"data":{"k":"1"},"data":{"k":"2"}}\
      """;

  private CreateContract() {}

  static Theme theme() {
    return Theme.of(
        "create",
        Scenario.of(
            "an object",
            post(CONFIG_MAPS + STRICT, configMap("a", "{\"k\":\"v\"}")),
            get(CONFIG_MAPS + "/a")),
        Scenario.of(
            "without a field manager the agent is it",
            post(CONFIG_MAPS, configMap("a", "{\"k\":\"v\"}")).only("/metadata/managedFields")),
        Scenario.of(
            "a dry run stores nothing",
            post(CONFIG_MAPS + STRICT + "&dryRun=All", configMap("a", "{\"k\":\"v\"}"))
                .without("/metadata/uid"),
            get(CONFIG_MAPS + "/a")),
        Scenario.of(
            "a dry run of something else",
            post(CONFIG_MAPS + "?dryRun=Some", configMap("a", "{}"))),
        Scenario.of(
            "what is there already",
            post(CONFIG_MAPS, configMap("a", "{}")).onlyStatus(),
            post(CONFIG_MAPS, configMap("a", "{}")),
            post(CONFIG_MAPS + "?dryRun=All", configMap("a", "{}")),
            post(LEASES, lease("a")).onlyStatus(),
            post(LEASES, lease("a")),
            post(
                "/api/v1/namespaces",
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"${id}\"}}")),
        Scenario.of(
            "a name made up by the server",
            post(
                CONFIG_MAPS,
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"generateName\":\"gen-\"}}"),
            post(
                    CONFIG_MAPS + "?dryRun=All",
                    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"generateName\":\"dry-\"}}")
                .without("/metadata/uid")),
        Scenario.of(
            "no name",
            post(CONFIG_MAPS, "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}"),
            post(DEPLOYMENTS, deployment("")),
            post(
                "/api/v1/namespaces",
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{}}")),
        Scenario.of(
            "names that are none",
            post(CONFIG_MAPS, configMap("Upper_Case", "{}")),
            post(CONFIG_MAPS, configMap("a/b", "{}")),
            post(CONFIG_MAPS, configMap("a".repeat(254), "{}")),
            post(SERVICES, service("1a")),
            post(
                "/api/v1/namespaces",
                "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"a.b\"}}"),
            post(LEASES, lease("A"))),
        Scenario.of(
            "labels and annotations that are none",
            post(
                CONFIG_MAPS,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a",
                 "labels":{"-key":"v"},"annotations":{"bad key":"v"}}}\
                """),
            post(
                CONFIG_MAPS,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a",
                 "labels":{"key":"not a value"}}}\
                """),
            post(
                CONFIG_MAPS,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a b":"v"}}\
                """)),
        Scenario.of(
            "another kind than the path says",
            post(
                CONFIG_MAPS,
                "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\"}}"),
            post(
                CONFIG_MAPS,
                "{\"apiVersion\":\"v2\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}"),
            post(
                CONFIG_MAPS,
                "{\"apiVersion\":\"v1\",\"kind\":\"Nosuch\",\"metadata\":{\"name\":\"a\"}}"),
            post(
                CONFIG_MAPS,
                "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"a\"}}"),
            post(CONFIG_MAPS, "{\"metadata\":{\"name\":\"untyped\"}}")
                .only("/kind", "/metadata/name")),
        Scenario.of(
            "bodies that are no object",
            post(CONFIG_MAPS, ""),
            post(CONFIG_MAPS, "{"),
            post(CONFIG_MAPS, "[]"),
            post(CONFIG_MAPS, "\"text\""),
            post(CONFIG_MAPS, "null"),
            post(CONFIG_MAPS, "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",}")),
        Scenario.of(
            "fields of another type",
            post(CONFIG_MAPS, configMap("a", "{\"k\":1}")),
            post(CONFIG_MAPS, configMap("a", "\"text\"")),
            post(DEPLOYMENTS, deployment("a").replace("\"replicas\":0", "\"replicas\":\"three\"")),
            post(DEPLOYMENTS, deployment("a").replace("\"replicas\":0", "\"replicas\":1.5"))),
        Scenario.of(
            "fields that the kind does not have",
            post(CONFIG_MAPS + "?fieldValidation=Strict", UNKNOWN_FIELDS),
            post(CONFIG_MAPS + "?fieldValidation=Warn&dryRun=All", UNKNOWN_FIELDS).onlyStatus(),
            post(CONFIG_MAPS + "?dryRun=All", UNKNOWN_FIELDS).onlyStatus(),
            post(CONFIG_MAPS + "?fieldValidation=Ignore&dryRun=All", UNKNOWN_FIELDS).onlyStatus(),
            post(CONFIG_MAPS + "?fieldValidation=Nonsense", UNKNOWN_FIELDS)),
        Scenario.of(
            "fields that come twice",
            post(CONFIG_MAPS + "?fieldValidation=Strict", DUPLICATE_FIELDS),
            post(CONFIG_MAPS, DUPLICATE_FIELDS).only("/data")),
        Scenario.of(
            "nested fields that the kind does not have",
            post(
                DEPLOYMENTS + "?fieldValidation=Strict",
                deployment("a").replace("\"image\":", "\"nosuch\":1,\"image\":"))),
        Scenario.of(
            "in another namespace than the path says",
            post(
                CONFIG_MAPS,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default"}}\
                """),
            post(
                    "/api/v1/namespaces",
                    """
                    {"apiVersion":"v1","kind":"Namespace",
                     "metadata":{"name":"${id}-x","namespace":"default"}}\
                    """)
                .onlyStatus()),
        Scenario.of(
            "in a namespace that is not there",
            post("/api/v1/namespaces/${id}-nosuch/configmaps", configMap("a", "{}")),
            post("/api/v1/namespaces/${id}-nosuch/configmaps?dryRun=All", configMap("a", "{}"))),
        Scenario.of(
            "in a namespace that is being deleted",
            post(
                    "/api/v1/namespaces",
                    "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"${id}-t\"}}")
                .onlyStatus(),
            post(
                    "/api/v1/namespaces/${id}-t/configmaps",
                    """
                    {"apiVersion":"v1","kind":"ConfigMap",
                     "metadata":{"name":"held","finalizers":["example.com/held"]}}\
                    """)
                .onlyStatus(),
            delete("/api/v1/namespaces/${id}-t").only("/kind", "/metadata/name", "/status"),
            post("/api/v1/namespaces/${id}-t/configmaps", configMap("b", "{}")),
            get("/api/v1/namespaces/${id}-t")
                .untilText("SomeFinalizersRemain")
                .only("/spec", "/status/phase", "/status/conditions"),
            mergePatch(
                    "/api/v1/namespaces/${id}-t/configmaps/held",
                    "{\"metadata\":{\"finalizers\":null}}")
                .onlyStatus(),
            get("/api/v1/namespaces/${id}-t").untilStatus(404)),
        Scenario.of(
            "with what only the server may set",
            post(
                CONFIG_MAPS,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"1"}}\
                """),
            post(
                CONFIG_MAPS,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","generation":7,
                 "uid":"11111111-1111-1111-1111-111111111111",
                 "creationTimestamp":"2000-01-01T00:00:00Z","selfLink":"/x",
                 "deletionTimestamp":"2000-01-01T00:00:00Z"}}\
                """)),
        Scenario.of(
            "with finalizers and owners",
            post(
                CONFIG_MAPS,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","finalizers":["nodomain"]}}\
                """),
            post(
                CONFIG_MAPS,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","ownerReferences":[
                 {"apiVersion":"v1","kind":"ConfigMap","name":"x"}]}}\
                """),
            post(
                CONFIG_MAPS,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","ownerReferences":[
                 {"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"u","controller":true},
                 {"apiVersion":"v1","kind":"ConfigMap","name":"y","uid":"v","controller":true}]}}\
                """)),
        Scenario.of(
            "media types",
            post(CONFIG_MAPS, configMap("a", "{}")).header("Content-Type", "text/plain"),
            post(CONFIG_MAPS, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\n")
                .header("Content-Type", "application/yaml")
                .only("/kind", "/metadata/name"),
            post(CONFIG_MAPS, configMap("none", "{}"))
                .header("Content-Type", "")
                .only("/kind", "/metadata/name", "/message")),
        Scenario.of(
            "a Secret",
            post(
                SECRETS,
                """
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},
                 "stringData":{"k":"v"},"data":{"other":"dmFsdWU="}}\
                """),
            post(
                SECRETS,
                """
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"b"},"data":{"k":"%%%"}}\
                """),
            post(
                SECRETS,
                """
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"c"},"type":"kubernetes.io/tls"}\
                """)),
        Scenario.of(
            "a field manager that is too long",
            post(CONFIG_MAPS + "?fieldManager=" + "m".repeat(129), configMap("a", "{}"))),
        Scenario.of("a Lease", post(LEASES + STRICT, lease("a"))));
  }

  static String deployment(String name) {
    return """
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%s"},"spec":{"replicas":0,
     "selector":{"matchLabels":{"app":"a"}},"template":{"metadata":{"labels":{"app":"a"}},
     "spec":{"containers":[{"name":"c","image":"app:1"}]}}}}\
    """
        .formatted(name);
  }

  private static String service(String name) {
    return """
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"%s"},"spec":{"ports":[{"port":80}]}}\
    """
        .formatted(name);
  }

  private static String lease(String name) {
    return """
    {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"%s"},
     "spec":{"holderIdentity":"me","leaseDurationSeconds":15,"leaseTransitions":0,
     "acquireTime":"2024-01-01T00:00:00.000000Z","renewTime":"2024-01-01T00:00:00.000000Z"}}\
    """
        .formatted(name);
  }
}
