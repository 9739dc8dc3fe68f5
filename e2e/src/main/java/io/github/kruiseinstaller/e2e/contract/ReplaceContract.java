package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.CONFIG_MAPS;
import static io.github.kruiseinstaller.e2e.contract.Steps.DEPLOYMENTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.LEASES;
import static io.github.kruiseinstaller.e2e.contract.Steps.SECRETS;
import static io.github.kruiseinstaller.e2e.contract.Steps.STRICT;
import static io.github.kruiseinstaller.e2e.contract.Steps.configMap;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;
import static io.github.kruiseinstaller.e2e.contract.Steps.put;

/** PUT. */
final class ReplaceContract {
  private ReplaceContract() {}

  static Theme theme() {
    return Theme.of(
        "replace",
        Scenario.of(
            "with the live resourceVersion",
            post(CONFIG_MAPS, configMap("a", "{\"k\":\"1\"}"))
                .capture("rv", "/metadata/resourceVersion"),
            put(CONFIG_MAPS + "/a" + STRICT, versioned("a", "${rv}", "{\"k\":\"2\"}")),
            get(CONFIG_MAPS + "/a")),
        Scenario.of(
            "with a stale resourceVersion",
            post(CONFIG_MAPS, configMap("a", "{\"k\":\"1\"}"))
                .onlyStatus()
                .capture("rv", "/metadata/resourceVersion"),
            put(CONFIG_MAPS + "/a", versioned("a", "${rv}", "{\"k\":\"2\"}")).onlyStatus(),
            put(CONFIG_MAPS + "/a", versioned("a", "${rv}", "{\"k\":\"3\"}")),
            put(CONFIG_MAPS + "/a?dryRun=All", versioned("a", "${rv}", "{\"k\":\"3\"}"))),
        Scenario.of(
            "without resourceVersion",
            post(CONFIG_MAPS, configMap("a", "{\"k\":\"1\"}")).onlyStatus(),
            put(CONFIG_MAPS + "/a", configMap("a", "{\"k\":\"2\"}")),
            post(LEASES, lease("a", "")).onlyStatus(),
            put(LEASES + "/a", lease("a", "")),
            put(LEASES + "/a", lease("a", "\"resourceVersion\":\"nonsense\","))),
        Scenario.of(
            "without a change",
            post(CONFIG_MAPS, configMap("a", "{\"k\":\"1\"}"))
                .capture("rv", "/metadata/resourceVersion"),
            put(CONFIG_MAPS + "/a", versioned("a", "${rv}", "{\"k\":\"1\"}")),
            put(CONFIG_MAPS + "/a?fieldManager=other", versioned("a", "${rv}", "{\"k\":\"1\"}"))),
        Scenario.of(
            "what is not there",
            put(CONFIG_MAPS + "/nosuch", configMap("nosuch", "{}")).onlyStatus(),
            put(CONFIG_MAPS + "/other", versioned("other", "1", "{}")),
            put(LEASES + "/nosuch", lease("nosuch", "\"resourceVersion\":\"1\",")),
            put(DEPLOYMENTS + "/nosuch", CreateContract.deployment("nosuch"))),
        Scenario.of(
            "in a namespace that is not there",
            put("/api/v1/namespaces/${id}-nosuch/configmaps/a", configMap("a", "{}"))),
        Scenario.of(
            "another name than the path says",
            post(CONFIG_MAPS, configMap("a", "{}")).onlyStatus(),
            put(CONFIG_MAPS + "/a", configMap("b", "{}")),
            put(
                CONFIG_MAPS + "/a",
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{}}")),
        Scenario.of(
            "another uid than the live one",
            post(CONFIG_MAPS, configMap("a", "{}")).onlyStatus(),
            put(
                CONFIG_MAPS + "/a",
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a",
                 "uid":"11111111-1111-1111-1111-111111111111"}}\
                """)),
        Scenario.of(
            "in a dry run",
            post(CONFIG_MAPS, configMap("a", "{\"k\":\"1\"}")).only("/metadata/resourceVersion"),
            put(CONFIG_MAPS + "/a" + STRICT + "&dryRun=All", configMap("a", "{\"k\":\"2\"}")),
            get(CONFIG_MAPS + "/a").only("/data", "/metadata/resourceVersion")),
        Scenario.of(
            "fields that the kind does not have",
            post(CONFIG_MAPS, configMap("a", "{}")).onlyStatus(),
            put(
                CONFIG_MAPS + "/a?fieldValidation=Strict",
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},\"x\":1}")),
        Scenario.of(
            "what must not change",
            post(
                    SECRETS,
                    """
                    {"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"type":"example.com/x"}\
                    """)
                .onlyStatus(),
            put(
                SECRETS + "/a",
                """
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"type":"example.com/y"}\
                """),
            post(
                    CONFIG_MAPS,
                    """
                    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"},"immutable":true,
                     "data":{"k":"1"}}\
                    """)
                .onlyStatus(),
            put(
                CONFIG_MAPS + "/b",
                """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"},"data":{"k":"2"}}\
                """)),
        Scenario.of(
            "managedFields: what others own goes with the fields",
            post(CONFIG_MAPS + "?fieldManager=one", configMap("a", "{\"k\":\"1\",\"l\":\"1\"}"))
                .only("/metadata/managedFields"),
            put(CONFIG_MAPS + "/a?fieldManager=two", configMap("a", "{\"k\":\"2\",\"m\":\"2\"}"))
                .only("/metadata/managedFields")));
  }

  private static String versioned(String name, String version, String data) {
    return """
    {"apiVersion":"v1","kind":"ConfigMap",
     "metadata":{"name":"%s","resourceVersion":"%s"},"data":%s}\
    """
        .formatted(name, version, data);
  }

  private static String lease(String name, String metadata) {
    return """
    {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{%s"name":"%s"},
     "spec":{"holderIdentity":"me","leaseDurationSeconds":15}}\
    """
        .formatted(metadata, name);
  }
}
