package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.CONFIG_MAPS;
import static io.github.kruiseinstaller.e2e.contract.Steps.DEPLOYMENTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.LEASES;
import static io.github.kruiseinstaller.e2e.contract.Steps.NAMESPACE;
import static io.github.kruiseinstaller.e2e.contract.Steps.RBAC;
import static io.github.kruiseinstaller.e2e.contract.Steps.SECRETS;
import static io.github.kruiseinstaller.e2e.contract.Steps.SERVICES;
import static io.github.kruiseinstaller.e2e.contract.Steps.SERVICE_ACCOUNTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.STRICT;
import static io.github.kruiseinstaller.e2e.contract.Steps.VALIDATING;
import static io.github.kruiseinstaller.e2e.contract.Steps.apply;
import static io.github.kruiseinstaller.e2e.contract.Steps.configMap;
import static io.github.kruiseinstaller.e2e.contract.Steps.delete;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.mergePatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;
import static io.github.kruiseinstaller.e2e.contract.Steps.put;

/** Server-side apply. */
final class ApplyContract {
  private static final String ONE = "?fieldManager=one";
  private static final String TWO = "?fieldManager=two";
  private static final String FORCE = "&force=true";
  private static final String POD_TEMPLATES = NAMESPACE + "/podtemplates";
  private static final String[] OWNED = {"/metadata/managedFields", "/metadata/labels"};

  private ApplyContract() {}

  private static String namespace(String more) {
    return "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"${id}-bare\"%s}}"
        .formatted(more);
  }

  static Theme theme() {
    return Theme.of(
        "apply",
        Scenario.of(
            "creates what is not there",
            apply(CONFIG_MAPS + "/a" + STRICT, configMap("a", "{\"k\":\"v\"}")),
            get(CONFIG_MAPS + "/a")),
        Scenario.of(
            "leaves no entry where it owns nothing",
            apply("/api/v1/namespaces/${id}-bare" + ONE, namespace("")).only(OWNED),
            apply("/api/v1/namespaces/${id}-bare" + TWO, namespace("")).only(OWNED),
            apply("/api/v1/namespaces/${id}-bare" + TWO, namespace(",\"labels\":{\"a\":\"1\"}"))
                .only(OWNED),
            apply("/api/v1/namespaces/${id}-bare" + TWO, namespace("")).only(OWNED),
            delete("/api/v1/namespaces/${id}-bare").onlyStatus(),
            post("/api/v1/namespaces" + ONE, namespace("").replace("bare", "made")).only(OWNED),
            delete("/api/v1/namespaces/${id}-made").onlyStatus()),
        Scenario.of(
            "changes nothing when nothing differs",
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"v\"}")),
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"v\"}")),
            apply(CONFIG_MAPS + "/a" + ONE + FORCE, configMap("a", "{\"k\":\"v\"}"))),
        Scenario.of(
            "takes YAML",
            apply(
                CONFIG_MAPS + "/a" + ONE,
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: v # why\n")),
        Scenario.of(
            "in a dry run stores nothing",
            apply(CONFIG_MAPS + "/a" + STRICT + "&dryRun=All", configMap("a", "{\"k\":\"v\"}")),
            get(CONFIG_MAPS + "/a"),
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"v\"}"))
                .only("/metadata/resourceVersion"),
            apply(CONFIG_MAPS + "/a" + ONE + "&dryRun=All", configMap("a", "{\"k\":\"w\"}")),
            get(CONFIG_MAPS + "/a").only("/data", "/metadata/resourceVersion")),
        Scenario.of(
            "adds and changes its own fields",
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"1\"}")).onlyStatus(),
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"2\",\"l\":\"2\"}"))),
        Scenario.of(
            "removes what it no longer names",
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"1\",\"l\":\"1\"}"))
                .onlyStatus(),
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"1\"}")),
            apply(
                CONFIG_MAPS + "/a" + ONE,
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}")),
        Scenario.of(
            "conflicts with another applier",
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"1\"}")).onlyStatus(),
            apply(CONFIG_MAPS + "/a" + TWO, configMap("a", "{\"k\":\"2\"}")),
            apply(CONFIG_MAPS + "/a" + TWO + "&dryRun=All", configMap("a", "{\"k\":\"2\"}"))
                .onlyStatus(),
            apply(
                    CONFIG_MAPS + "/a" + TWO + FORCE + "&dryRun=All&fieldValidation=Strict",
                    configMap("a", "{\"k\":\"2\"}"))
                .only("/data", "/metadata/managedFields"),
            apply(CONFIG_MAPS + "/a" + TWO + FORCE, configMap("a", "{\"k\":\"2\"}")),
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"1\"}")).onlyStatus()),
        Scenario.of(
            "conflicts over several fields",
            apply(
                    CONFIG_MAPS + "/a" + ONE,
                    """
                    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"x":"1"},
                     "annotations":{"example.com/y":"1"}},"data":{"k":"1","l":"1"}}\
                    """)
                .onlyStatus(),
            apply(
                CONFIG_MAPS + "/a" + TWO,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"x":"2"},
                 "annotations":{"example.com/y":"2"}},"data":{"k":"2","l":"2"}}\
                """)),
        Scenario.of(
            "conflicts with updaters",
            post(CONFIG_MAPS + ONE, configMap("a", "{\"k\":\"1\"}")).onlyStatus(),
            mergePatch(CONFIG_MAPS + "/a?fieldManager=three", "{\"data\":{\"l\":\"3\"}}")
                .onlyStatus(),
            apply(CONFIG_MAPS + "/a" + TWO, configMap("a", "{\"k\":\"2\",\"l\":\"2\"}")),
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"2\"}")).onlyStatus(),
            apply(CONFIG_MAPS + "/a" + TWO + FORCE, configMap("a", "{\"k\":\"2\",\"l\":\"2\"}"))
                .only("/metadata/managedFields", "/data")),
        Scenario.of(
            "shares fields with the same value",
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"1\"}")).onlyStatus(),
            apply(CONFIG_MAPS + "/a" + TWO, configMap("a", "{\"k\":\"1\"}"))
                .only("/metadata/managedFields"),
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"l\":\"1\"}"))
                .only("/metadata/managedFields", "/data"),
            apply(CONFIG_MAPS + "/a?fieldManager=three", configMap("a", "{\"k\":\"3\"}"))
                .onlyStatus(),
            apply(CONFIG_MAPS + "/a" + TWO, configMap("a", "{}"))
                .only("/metadata/managedFields", "/data")),
        Scenario.of(
            "an update by the same name is another manager",
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"1\"}")).onlyStatus(),
            mergePatch(CONFIG_MAPS + "/a" + ONE, "{\"data\":{\"k\":\"2\"}}")
                .only("/metadata/managedFields"),
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"3\"}"))),
        Scenario.of(
            "an update takes fields without asking",
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"1\",\"l\":\"1\"}"))
                .onlyStatus(),
            mergePatch(CONFIG_MAPS + "/a" + TWO, "{\"data\":{\"k\":\"2\",\"l\":null}}")
                .only("/metadata/managedFields", "/data"),
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"1\",\"l\":\"1\"}")),
            apply(CONFIG_MAPS + "/a" + ONE + FORCE, configMap("a", "{\"k\":\"1\",\"l\":\"1\"}"))
                .only("/metadata/managedFields", "/data")),
        Scenario.of(
            "labels, annotations, finalizers and owners",
            get(NAMESPACE).onlyStatus().capture("uid", "/metadata/uid"),
            apply(
                CONFIG_MAPS + "/a" + ONE,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"x":"1"},
                 "annotations":{"y":"1"},"finalizers":["example.com/a"],"ownerReferences":[
                 {"apiVersion":"v1","kind":"Namespace","name":"${id}",
                  "uid":"${uid}"}]}}\
                """),
            apply(
                    CONFIG_MAPS + "/a" + TWO,
                    """
                    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"z":"1"},
                     "finalizers":["example.com/b"]}}\
                    """)
                .only("/metadata/labels", "/metadata/finalizers", "/metadata/managedFields"),
            apply(
                    CONFIG_MAPS + "/a" + ONE,
                    """
                    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"x":"1"}}}\
                    """)
                .without("/metadata/creationTimestamp")),
        Scenario.of(
            "lists keyed by several fields",
            apply(SERVICES + "/a" + ONE, service("a", "[{\"name\":\"x\",\"port\":80}]")),
            apply(SERVICES + "/a" + TWO, service("a", "[{\"name\":\"y\",\"port\":81}]"))
                .only("/spec/ports", "/metadata/managedFields"),
            apply(
                    SERVICES + "/a" + ONE,
                    service("a", "[{\"name\":\"z\",\"port\":82},{\"name\":\"x\",\"port\":80}]"))
                .only("/spec/ports", "/metadata/managedFields"),
            apply(
                SERVICES + "/a" + TWO,
                service(
                    "a",
                    "[{\"name\":\"y\",\"port\":81},{\"name\":\"x\",\"port\":80,\"targetPort\":8080}]"))),
        Scenario.of(
            "lists keyed by a name",
            apply(DEPLOYMENTS + "/a" + ONE, deployment("1", "app:1")).onlyStatus(),
            apply(DEPLOYMENTS + "/a" + TWO, sidecar())
                .only("/spec/template/spec/containers/*/name", "/message", "/details"),
            apply(DEPLOYMENTS + "/a" + TWO, deployment("1", "app:2")),
            apply(
                    DEPLOYMENTS + "/a" + TWO,
                    """
                    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"spec":{"template":{
                     "spec":{"containers":[{"name":"c","env":[{"name":"K","value":"v"}],
                     "args":["a","b"]}]}}}}\
                    """)
                .only(
                    "/spec/template/spec",
                    "/metadata/managedFields/0",
                    "/metadata/managedFields/1"),
            apply(
                DEPLOYMENTS + "/a?fieldManager=three",
                """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"spec":{"template":{
                 "spec":{"containers":[{"name":"c","env":[{"name":"K","value":"w"},{"name":"L"}],
                 "args":["a"]}]}}}}\
                """)),
        Scenario.of(
            "a keyed list with an item without its key, or twice the same",
            apply(SERVICES + "/a" + ONE, service("a", "[{\"name\":\"x\"}]")),
            apply(
                SERVICES + "/a" + ONE,
                service("a", "[{\"name\":\"x\",\"port\":80},{\"name\":\"y\",\"port\":80}]")),
            apply(
                DEPLOYMENTS + "/a" + ONE,
                """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"spec":{"template":{
                 "spec":{"containers":[{"image":"app:1"}]}}}}\
                """)),
        Scenario.of(
            "atomic lists and maps",
            apply(
                    RBAC + "/clusterroles/${id}" + ONE,
                    """
                    {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole",
                     "metadata":{"name":"${id}"},
                     "rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}\
                    """)
                .without("/metadata/uid"),
            apply(
                RBAC + "/clusterroles/${id}" + TWO,
                """
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole",
                 "metadata":{"name":"${id}"},
                 "rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["list"]}]}\
                """),
            apply(SERVICES + "/a" + ONE, selecting("x")).only("/spec/selector"),
            apply(SERVICES + "/a" + TWO, selecting("y"))),
        Scenario.of(
            "the selector of a Service that lost its manager",
            apply(SERVICES + "/a" + ONE, selecting("x")).onlyStatus(),
            mergePatch(SERVICES + "/a" + TWO, "{\"spec\":{\"selector\":{\"version\":\"2\"}}}")
                .only("/spec/selector", "/metadata/managedFields"),
            apply(SERVICES + "/a" + ONE, selecting("x")).onlyStatus()),
        Scenario.of(
            "secrets of a ServiceAccount",
            apply(
                SERVICE_ACCOUNTS + "/a" + ONE,
                """
                {"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"a"},
                 "imagePullSecrets":[{"name":"x"}]}\
                """)),
        Scenario.of(
            "of a webhook configuration cannot empty it, a replacement can",
            apply(VALIDATING + "/${id}" + ONE, webhooks("\"webhooks\":[" + webhook("a") + "]"))
                .capture("rv", "/metadata/resourceVersion"),
            apply(VALIDATING + "/${id}" + TWO, webhooks("\"webhooks\":[" + webhook("b") + "]"))
                .only("/webhooks/*/name", "/metadata/managedFields", "/metadata/generation"),
            apply(VALIDATING + "/${id}" + ONE + FORCE, webhooks("\"webhooks\":[]"))
                .only("/webhooks/*/name", "/metadata/managedFields", "/metadata/generation")
                .capture("rv", "/metadata/resourceVersion"),
            put(
                    VALIDATING + "/${id}" + ONE,
                    webhooks("\"webhooks\":[]")
                        .replace("\"name\":", "\"resourceVersion\":\"${rv}\",\"name\":"))
                .without("/metadata/uid")),
        Scenario.of("without a field manager", apply(CONFIG_MAPS + "/a", configMap("a", "{}"))),
        Scenario.of(
            "with an object that does not say what it is",
            apply(CONFIG_MAPS + "/a" + ONE, "{\"metadata\":{\"name\":\"a\"}}"),
            apply(
                CONFIG_MAPS + "/a" + ONE, "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}"),
            apply(
                CONFIG_MAPS + "/a" + ONE, "{\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}"),
            apply(
                CONFIG_MAPS + "/a" + ONE,
                "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\"}}"),
            apply(CONFIG_MAPS + "/a" + ONE, ""),
            apply(CONFIG_MAPS + "/a" + ONE, "[]"),
            apply(CONFIG_MAPS + "/a" + ONE, "{"),
            apply(CONFIG_MAPS + "/a" + ONE, "a: b: c")),
        Scenario.of(
            "with another name or namespace than the path",
            apply(CONFIG_MAPS + "/a" + ONE, configMap("b", "{}")),
            apply(
                CONFIG_MAPS + "/a" + ONE,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default"}}\
                """),
            apply(CONFIG_MAPS + "/c" + ONE, "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\"}")
                .only("/metadata/name", "/message")),
        Scenario.of(
            "with managedFields",
            apply(
                CONFIG_MAPS + "/a" + ONE,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","managedFields":[
                 {"manager":"x","operation":"Apply","apiVersion":"v1"}]}}\
                """),
            apply(
                    CONFIG_MAPS + "/a" + ONE,
                    """
                    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","managedFields":[]}}\
                    """)
                .onlyStatus()),
        Scenario.of(
            "with fields that the kind does not have",
            apply(
                CONFIG_MAPS + "/a" + STRICT,
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"x\":1}"),
            apply(
                CONFIG_MAPS + "/a" + ONE,
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"x\":1}"),
            apply(
                CONFIG_MAPS + "/a" + ONE + "&fieldValidation=Ignore",
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\",\"x\":1}}"),
            apply(
                DEPLOYMENTS + "/a" + STRICT,
                deployment("1", "app:1").replace("\"image\":", "\"nosuch\":1,\"image\":"))),
        Scenario.of(
            "with keys that come twice",
            apply(
                CONFIG_MAPS + "/a" + STRICT,
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},"
                    + "\"data\":{\"k\":\"1\",\"k\":\"2\"}}"),
            apply(
                    CONFIG_MAPS + "/a" + ONE,
                    "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},"
                        + "\"data\":{\"k\":\"1\",\"k\":\"2\"}}")
                .only("/data", "/message", "/reason")),
        Scenario.of(
            "with fields of another type",
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":1}")),
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "\"x\"")),
            apply(
                DEPLOYMENTS + "/a" + ONE,
                deployment("1", "app:1").replace("\"replicas\":0", "\"replicas\":\"x\""))),
        Scenario.of(
            "with an invalid object",
            apply(CONFIG_MAPS + "/A_b" + ONE, configMap("A_b", "{}")),
            apply(
                DEPLOYMENTS + "/a" + ONE,
                """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},
                 "spec":{"replicas":1}}\
                """)),
        Scenario.of(
            "with null values",
            apply(
                CONFIG_MAPS + "/a" + ONE,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","creationTimestamp":null,
                 "labels":null},"data":{"k":null,"l":"1"}}\
                """)),
        Scenario.of(
            "quantities in other words",
            post(POD_TEMPLATES + ONE, podTemplate("\"1000m\"", "\"1024Mi\""))
                .only("/template/spec/containers/*/resources", "/metadata/generation"),
            apply(POD_TEMPLATES + "/a" + ONE + FORCE, podTemplate("\"1000m\"", "\"1024Mi\""))
                .only("/template/spec/containers/*/resources", "/metadata/generation"),
            apply(POD_TEMPLATES + "/a" + ONE, podTemplate("\"1000m\"", "\"1024Mi\""))
                .only("/metadata/resourceVersion", "/metadata/generation"),
            apply(
                    POD_TEMPLATES + "/a" + ONE + "&dryRun=All",
                    podTemplate("\"1000m\"", "\"1024Mi\""))
                .only("/metadata/resourceVersion", "/template/spec/containers/*/resources"),
            apply(POD_TEMPLATES + "/a" + TWO, podTemplate("\"1000m\"", "\"1024Mi\""))
                .only("/message", "/details"),
            apply(POD_TEMPLATES + "/a" + ONE + FORCE, podTemplate("0.5", "1073741824"))
                .only("/template/spec/containers/*/resources", "/metadata/generation"),
            apply(POD_TEMPLATES + "/b" + ONE, podTemplate("1", "\"1Gi\"").replace("\"a\"", "\"b\""))
                .only("/template/spec/containers/*/resources")),
        Scenario.of(
            "values that their types cannot hold",
            apply(DEPLOYMENTS + "/a" + ONE, limited("\"lots\"", "\"1Gi\"")),
            apply(
                DEPLOYMENTS + "/a" + ONE,
                deployment("1", "app:1").replace("\"replicas\":0", "\"replicas\":1.5")),
            apply(
                    DEPLOYMENTS + "/a" + ONE + "&dryRun=All",
                    deployment("1", "app:1").replace(":0,", ":0.0,"))
                .only("/spec/replicas"),
            apply(SECRETS + "/a" + ONE, secret("a?b=")),
            apply(SECRETS + "/a" + ONE, secret("YWI=")).only("/data")),
        Scenario.of(
            "times",
            apply(LEASES + "/a" + ONE, renewed("2025-01-01T01:00:00+01:00")).only("/spec"),
            apply(LEASES + "/a" + ONE, renewed("2025-01-01T00:00:00.000000Z"))
                .only("/spec", "/metadata/resourceVersion"),
            apply(LEASES + "/a" + ONE, renewed("soon"))),
        Scenario.of(
            "with a resourceVersion",
            apply(CONFIG_MAPS + "/a" + ONE, configMap("a", "{\"k\":\"1\"}"))
                .onlyStatus()
                .capture("rv", "/metadata/resourceVersion"),
            apply(CONFIG_MAPS + "/a" + ONE, versioned("${rv}", "2"))
                .only("/data", "/metadata/resourceVersion", "/message"),
            apply(CONFIG_MAPS + "/a" + ONE, versioned("${rv}", "3")),
            apply(CONFIG_MAPS + "/b" + ONE, versioned("${rv}", "3").replace("\"a\"", "\"b\""))),
        Scenario.of(
            "with a uid of an object that is not there",
            apply(
                CONFIG_MAPS + "/a" + ONE,
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a",
                 "uid":"11111111-1111-1111-1111-111111111111"}}\
                """)),
        Scenario.of(
            "in a namespace that is not there",
            apply("/api/v1/namespaces/${id}-nosuch/configmaps/a" + ONE, configMap("a", "{}"))),
        Scenario.of(
            "creates a namespace",
            apply(
                "/api/v1/namespaces/${id}-n" + STRICT,
                """
                {"apiVersion":"v1","kind":"Namespace",
                 "metadata":{"name":"${id}-n","labels":{"control-plane":"openkruise"}}}\
                """)),
        Scenario.of(
            "counts the generations of a spec",
            apply(DEPLOYMENTS + "/a" + ONE, deployment("1", "app:1"))
                .only("/metadata/generation", "/metadata/managedFields"),
            apply(DEPLOYMENTS + "/a" + ONE, deployment("2", "app:1"))
                .only("/metadata/generation", "/metadata/labels"),
            apply(DEPLOYMENTS + "/a" + ONE, deployment("2", "app:2")).only("/metadata/generation")),
        Scenario.of(
            "of a status subresource",
            apply(DEPLOYMENTS + "/a" + ONE, deployment("1", "app:1")).onlyStatus(),
            apply(
                    DEPLOYMENTS + "/a/status" + TWO,
                    """
                    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},
                     "status":{"conditions":[{"type":"Example","status":"True"}]}}\
                    """)
                .pick("/metadata/managedFields", "/manager", "two")
                .only("/metadata/managedFields")));
  }

  private static String service(String name, String ports) {
    return """
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"%s"},"spec":{"ports":%s}}\
    """
        .formatted(name, ports);
  }

  private static String selecting(String app) {
    return """
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{
     "selector":{"app":"%s"},"ports":[{"port":80}]}}\
    """
        .formatted(app);
  }

  private static String deployment(String label, String image) {
    return """
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a","labels":{"l":"%s"}},
     "spec":{"replicas":0,"selector":{"matchLabels":{"app":"a"}},
     "template":{"metadata":{"labels":{"app":"a"}},
     "spec":{"containers":[{"name":"c","image":"%s"}]}}}}\
    """
        .formatted(label, image);
  }

  private static String limited(String cpu, String memory) {
    return deployment("1", "app:1")
        .replace(
            "\"image\":\"app:1\"",
            "\"image\":\"app:1\",\"resources\":{\"limits\":{\"cpu\":%s,\"memory\":%s}}"
                .formatted(cpu, memory));
  }

  /** No controller writes to it. */
  private static String podTemplate(String cpu, String memory) {
    return """
    {"apiVersion":"v1","kind":"PodTemplate","metadata":{"name":"a"},
     "template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[
     {"name":"c","image":"app:1","resources":{"limits":{"cpu":%s,"memory":%s}}}]}}}\
    """
        .formatted(cpu, memory);
  }

  private static String secret(String value) {
    return """
    {"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"data":{"k":"%s"}}\
    """
        .formatted(value);
  }

  private static String renewed(String time) {
    return """
    {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"a"},
     "spec":{"holderIdentity":"me","renewTime":"%s"}}\
    """
        .formatted(time);
  }

  private static String sidecar() {
    return """
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"spec":{"template":{"spec":{
     "containers":[{"name":"sidecar","image":"app:1"}]}}}}\
    """;
  }

  private static String webhooks(String webhooks) {
    return """
    {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration",
     "metadata":{"name":"${id}"},%s}\
    """
        .formatted(webhooks);
  }

  private static String webhook(String name) {
    return """
    {"name":"%s.contract.example.com","sideEffects":"None","admissionReviewVersions":["v1"],
     "clientConfig":{"service":{"namespace":"${id}","name":"nosuch","path":"/x"}},
     "objectSelector":{"matchLabels":{"contract":"${id}"}},
     "rules":[{"apiGroups":["example.com"],"apiVersions":["v1"],"resources":["nosuches"],
               "operations":["CREATE"]}]}\
    """
        .formatted(name);
  }

  private static String versioned(String version, String value) {
    return """
    {"apiVersion":"v1","kind":"ConfigMap",
     "metadata":{"name":"a","resourceVersion":"%s"},"data":{"k":"%s"}}\
    """
        .formatted(version, value);
  }
}
