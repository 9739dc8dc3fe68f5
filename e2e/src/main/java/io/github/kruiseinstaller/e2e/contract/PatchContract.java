package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.CONFIG_MAPS;
import static io.github.kruiseinstaller.e2e.contract.Steps.DEPLOYMENTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.NAMESPACE;
import static io.github.kruiseinstaller.e2e.contract.Steps.SERVICES;
import static io.github.kruiseinstaller.e2e.contract.Steps.SERVICE_ACCOUNTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.STRICT;
import static io.github.kruiseinstaller.e2e.contract.Steps.configMap;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.jsonPatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.mergePatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;
import static io.github.kruiseinstaller.e2e.contract.Steps.strategicPatch;

/** PATCH that is no apply. */
final class PatchContract {
  private static final String TEMPLATE = "/spec/template/spec";

  private PatchContract() {}

  static Theme theme() {
    return Theme.of(
        "patch",
        Scenario.of(
            "merge: sets, changes and removes",
            post(CONFIG_MAPS, configMap("a", "{\"k\":\"1\",\"l\":\"1\"}")).onlyStatus(),
            mergePatch(
                CONFIG_MAPS + "/a" + STRICT,
                "{\"metadata\":{\"labels\":{\"x\":\"1\"}},\"data\":{\"k\":\"2\",\"l\":null,\"m\":\"3\"}}"),
            mergePatch(CONFIG_MAPS + "/a", "{\"data\":null}").only("/data", "/kind"),
            mergePatch(CONFIG_MAPS + "/a", "{}").only("/kind", "/metadata/resourceVersion"),
            get(CONFIG_MAPS + "/a").only("/kind", "/metadata/resourceVersion")),
        Scenario.of(
            "merge: in a dry run",
            post(CONFIG_MAPS, configMap("a", "{\"k\":\"1\"}")).only("/metadata/resourceVersion"),
            mergePatch(CONFIG_MAPS + "/a" + STRICT + "&dryRun=All", "{\"data\":{\"k\":\"2\"}}"),
            get(CONFIG_MAPS + "/a").only("/data", "/metadata/resourceVersion")),
        Scenario.of(
            "merge: labels of a namespace",
            mergePatch(
                    NAMESPACE + STRICT,
                    "{\"metadata\":{\"labels\":{\"control-plane\":\"openkruise\"}}}")
                .only("/metadata/labels"),
            mergePatch(NAMESPACE, "{\"metadata\":{\"labels\":{\"control-plane\":null}}}")
                .only("/metadata/labels"),
            mergePatch(NAMESPACE, "{\"metadata\":{\"labels\":null}}").only("/metadata/labels")),
        Scenario.of(
            "merge: with the resourceVersion that must be the live one",
            post(CONFIG_MAPS, configMap("a", "{\"k\":\"1\"}"))
                .onlyStatus()
                .capture("rv", "/metadata/resourceVersion"),
            mergePatch(
                    CONFIG_MAPS + "/a",
                    "{\"metadata\":{\"resourceVersion\":\"${rv}\"},\"data\":{\"k\":\"2\"}}")
                .onlyStatus(),
            mergePatch(
                CONFIG_MAPS + "/a",
                "{\"metadata\":{\"resourceVersion\":\"${rv}\"},\"data\":{\"k\":\"3\"}}")),
        Scenario.of(
            "merge: what cannot be",
            post(CONFIG_MAPS, configMap("a", "{}")).onlyStatus(),
            mergePatch(CONFIG_MAPS + "/a", "{\"data\":{\"k\":1}}"),
            mergePatch(CONFIG_MAPS + "/a", "{"),
            mergePatch(CONFIG_MAPS + "/a", "[]"),
            mergePatch(CONFIG_MAPS + "/a", ""),
            mergePatch(CONFIG_MAPS + "/a", "{\"metadata\":{\"name\":\"b\"}}"),
            mergePatch(CONFIG_MAPS + "/a", "{\"metadata\":{\"namespace\":\"b\"}}"),
            mergePatch(CONFIG_MAPS + "/a", "{\"metadata\":{\"uid\":\"b\"}}"),
            mergePatch(CONFIG_MAPS + "/a", "{\"kind\":\"Secret\"}"),
            mergePatch(CONFIG_MAPS + "/a", "{\"apiVersion\":\"v2\"}"),
            mergePatch(CONFIG_MAPS + "/a?force=true", "{}"),
            mergePatch(CONFIG_MAPS + "/a" + STRICT, "{\"nosuch\":1}"),
            mergePatch(CONFIG_MAPS + "/a", "{\"nosuch\":1}").onlyStatus()),
        Scenario.of(
            "merge: what is not there",
            mergePatch(CONFIG_MAPS + "/nosuch", "{}"),
            mergePatch("/api/v1/namespaces/${id}-nosuch", "{}"),
            mergePatch(DEPLOYMENTS + "/nosuch", "{}")),
        Scenario.of(
            "merge: replaces lists",
            post(SERVICES, service()).onlyStatus(),
            mergePatch(
                    SERVICES + "/a",
                    "{\"spec\":{\"ports\":[{\"name\":\"y\",\"port\":81,\"protocol\":\"TCP\"}]}}")
                .only("/spec/ports", "/metadata/managedFields")),
        Scenario.of(
            "merge: annotations of a Deployment make a generation",
            post(DEPLOYMENTS, CreateContract.deployment("a")).only("/metadata/generation"),
            mergePatch(DEPLOYMENTS + "/a", "{\"metadata\":{\"annotations\":{\"x\":\"1\"}}}")
                .only("/metadata/generation"),
            mergePatch(
                    DEPLOYMENTS + "/a",
                    "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"x\":\"1\"}}}}}")
                .only("/metadata/generation", "/spec/template/metadata")),
        Scenario.of(
            "merge: of an invalid object",
            post(DEPLOYMENTS, CreateContract.deployment("a")).onlyStatus(),
            mergePatch(
                DEPLOYMENTS + "/a",
                "{\"spec\":{\"template\":{\"metadata\":{\"labels\":{\"app\":\"b\"}}}}}"),
            mergePatch(
                DEPLOYMENTS + "/a", "{\"spec\":{\"selector\":{\"matchLabels\":{\"app\":\"b\"}}}}"),
            mergePatch(DEPLOYMENTS + "/a", "{\"spec\":{\"replicas\":-1}}")),
        Scenario.of(
            "JSON: operations",
            post(CONFIG_MAPS, configMap("a", "{\"k\":\"1\",\"l\":\"1\"}")).onlyStatus(),
            jsonPatch(
                    CONFIG_MAPS + "/a" + STRICT,
                    """
                    [{"op":"test","path":"/data/k","value":"1"},
                     {"op":"replace","path":"/data/k","value":"2"},
                     {"op":"remove","path":"/data/l"},
                     {"op":"add","path":"/metadata/labels","value":{"a/b":"1"}},
                     {"op":"replace","path":"/metadata/labels/a~1b","value":"2"},
                     {"op":"copy","from":"/data/k","path":"/data/m"},
                     {"op":"move","from":"/data/m","path":"/data/n"}]\
                    """)
                .without("/metadata/managedFields"),
            jsonPatch(CONFIG_MAPS + "/a", "[]").only("/kind")),
        Scenario.of(
            "JSON: operations that fail",
            post(CONFIG_MAPS, configMap("a", "{\"k\":\"1\"}")).onlyStatus(),
            jsonPatch(
                CONFIG_MAPS + "/a", "[{\"op\":\"test\",\"path\":\"/data/k\",\"value\":\"2\"}]"),
            jsonPatch(CONFIG_MAPS + "/a", "[{\"op\":\"remove\",\"path\":\"/data/nosuch\"}]"),
            jsonPatch(
                CONFIG_MAPS + "/a",
                "[{\"op\":\"replace\",\"path\":\"/data/nosuch\",\"value\":\"1\"}]"),
            jsonPatch(CONFIG_MAPS + "/a", "[{\"op\":\"add\",\"path\":\"/nosuch/x\",\"value\":1}]"),
            jsonPatch(CONFIG_MAPS + "/a", "[{\"op\":\"nosuch\",\"path\":\"/data/k\"}]"),
            jsonPatch(CONFIG_MAPS + "/a", "{\"data\":{}}"),
            jsonPatch(CONFIG_MAPS + "/a", "nonsense")),
        Scenario.of(
            "strategic: maps and keyed lists are merged",
            post(DEPLOYMENTS, CreateContract.deployment("a")).onlyStatus(),
            strategicPatch(
                    DEPLOYMENTS + "/a" + STRICT,
                    template("{\"name\":\"c\",\"env\":[{\"name\":\"K\",\"value\":\"1\"}]}"))
                .only(TEMPLATE, "/metadata/generation"),
            strategicPatch(
                    DEPLOYMENTS + "/a",
                    template(
                        "{\"name\":\"c\",\"env\":[{\"name\":\"L\",\"value\":\"2\"}],\"args\":[\"x\"]},"
                            + "{\"name\":\"d\",\"image\":\"app:1\"}"))
                .only(TEMPLATE),
            strategicPatch(
                    DEPLOYMENTS + "/a",
                    template(
                        "{\"name\":\"c\",\"env\":[{\"name\":\"K\",\"$patch\":\"delete\"}],\"args\":[\"y\"]},"
                            + "{\"name\":\"d\",\"$patch\":\"delete\"}"))
                .only(TEMPLATE),
            strategicPatch(
                    DEPLOYMENTS + "/a",
                    "{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":{\"a\":\"b\"},"
                        + "\"terminationGracePeriodSeconds\":null}}}}")
                .only(TEMPLATE)),
        Scenario.of(
            "strategic: directives",
            post(DEPLOYMENTS, CreateContract.deployment("a")).onlyStatus(),
            strategicPatch(
                    DEPLOYMENTS + "/a",
                    "{\"spec\":{\"template\":{\"spec\":{\"$setElementOrder/containers\":"
                        + "[{\"name\":\"d\"},{\"name\":\"c\"}],\"containers\":[{\"name\":\"d\","
                        + "\"image\":\"app:1\"}]}}}}")
                .only(TEMPLATE + "/containers/*/name"),
            strategicPatch(
                    DEPLOYMENTS + "/a",
                    "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"$patch\":\"replace\"},"
                        + "{\"name\":\"e\",\"image\":\"app:1\"}]}}}}")
                .only(TEMPLATE + "/containers/*/name"),
            strategicPatch(
                    DEPLOYMENTS + "/a",
                    "{\"spec\":{\"strategy\":{\"$retainKeys\":[\"type\"],\"type\":\"Recreate\"}}}")
                .only("/spec/strategy")),
        Scenario.of(
            "strategic: finalizers, secrets and ports",
            post(SERVICES, service()).onlyStatus(),
            strategicPatch(SERVICES + "/a", "{\"spec\":{\"ports\":[{\"name\":\"y\",\"port\":81}]}}")
                .only("/spec/ports"),
            strategicPatch(SERVICES + "/a", "{\"metadata\":{\"finalizers\":[\"example.com/a\"]}}")
                .only("/metadata/finalizers"),
            strategicPatch(
                    SERVICES + "/a",
                    "{\"metadata\":{\"$deleteFromPrimitiveList/finalizers\":[\"example.com/a\"]}}")
                .only("/metadata/name", "/metadata/finalizers"),
            post(
                    SERVICE_ACCOUNTS,
                    "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"a\"}}")
                .onlyStatus(),
            strategicPatch(SERVICE_ACCOUNTS + "/a", "{\"imagePullSecrets\":[{\"name\":\"x\"}]}")
                .only("/imagePullSecrets")),
        Scenario.of(
            "strategic: what cannot be",
            post(DEPLOYMENTS, CreateContract.deployment("a")).onlyStatus(),
            strategicPatch(DEPLOYMENTS + "/a", template("{\"image\":\"app:2\"}")),
            strategicPatch(DEPLOYMENTS + "/a", "{\"spec\":{\"$patch\":\"nosuch\"}}"),
            strategicPatch(DEPLOYMENTS + "/a", "{\"spec\":[]}"),
            strategicPatch(DEPLOYMENTS + "/a" + STRICT, "{\"spec\":{\"nosuch\":1}}"),
            strategicPatch(DEPLOYMENTS + "/a", "{")),
        Scenario.of(
            "media types that are no patch",
            post(CONFIG_MAPS, configMap("a", "{}")).onlyStatus(),
            Request.of("PATCH", CONFIG_MAPS + "/a", "application/json", "{}"),
            Request.of("PATCH", CONFIG_MAPS + "/a", "text/plain", "{}"),
            Request.of(
                    "PATCH",
                    CONFIG_MAPS + "/a",
                    "application/merge-patch+json; charset=utf-8",
                    "{}")
                .only("/kind", "/message")));
  }

  private static String template(String containers) {
    return "{\"spec\":{\"template\":{\"spec\":{\"containers\":[" + containers + "]}}}}";
  }

  private static String service() {
    return """
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{
     "ports":[{"name":"x","port":80}]}}\
    """;
  }
}
