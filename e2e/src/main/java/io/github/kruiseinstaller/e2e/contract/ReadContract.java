package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.CONFIG_MAPS;
import static io.github.kruiseinstaller.e2e.contract.Steps.CRDS;
import static io.github.kruiseinstaller.e2e.contract.Steps.DEPLOYMENTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.NAMESPACE;
import static io.github.kruiseinstaller.e2e.contract.Steps.PODS;
import static io.github.kruiseinstaller.e2e.contract.Steps.SECRETS;
import static io.github.kruiseinstaller.e2e.contract.Steps.configMap;
import static io.github.kruiseinstaller.e2e.contract.Steps.delete;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;

/** GET and LIST. */
final class ReadContract {
  private static final String[] NAMES = {
    "/kind", "/apiVersion", "/metadata", "/items/*/metadata/name"
  };

  private ReadContract() {}

  static Theme theme() {
    return Theme.of(
        "read",
        Scenario.of(
            "an object that is there",
            post(CONFIG_MAPS, configMap("a", "{\"k\":\"v\"}")),
            get(CONFIG_MAPS + "/a")),
        Scenario.of(
            "an object that is not there",
            get(CONFIG_MAPS + "/nosuch"),
            get(DEPLOYMENTS + "/nosuch"),
            get("/api/v1/namespaces/${id}-nosuch"),
            get("/api/v1/namespaces/${id}-nosuch/configmaps/a"),
            get(CRDS + "/nosuches.example.com"),
            get("/apis/rbac.authorization.k8s.io/v1/clusterroles/${id}-nosuch")),
        Scenario.of(
            "an empty list",
            get(SECRETS),
            get("/api/v1/namespaces/${id}-nosuch/secrets"),
            get("/apis/apps/v1/deployments?labelSelector=contract%3D${id}")),
        Scenario.of(
            "a list of built-in objects leaves out what they are",
            post(SECRETS, secret("a", "x")).onlyStatus(),
            get(SECRETS)),
        Scenario.of(
            "label selectors",
            post(SECRETS, secret("a", "x")).onlyStatus(),
            post(SECRETS, secret("b", "y")).onlyStatus(),
            post(
                    SECRETS,
                    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"c\"}}")
                .onlyStatus(),
            get(SECRETS + "?labelSelector=side%3Dx").only(NAMES),
            get(SECRETS + "?labelSelector=side%3D%3Dx").only(NAMES),
            get(SECRETS + "?labelSelector=side!%3Dx").only(NAMES),
            get(SECRETS + "?labelSelector=side in (x,y)").only(NAMES),
            get(SECRETS + "?labelSelector=side notin (x)").only(NAMES),
            get(SECRETS + "?labelSelector=side").only(NAMES),
            get(SECRETS + "?labelSelector=!side").only(NAMES),
            get(SECRETS + "?labelSelector=side,side!%3Dx").only(NAMES)),
        Scenario.of(
            "label selectors that are none",
            get(SECRETS + "?labelSelector=side in x"),
            get(SECRETS + "?labelSelector=-side%3Dx"),
            get(SECRETS + "?labelSelector=side%3D-x"),
            get(SECRETS + "?labelSelector=%3D")),
        Scenario.of(
            "field selectors",
            post(SECRETS, secret("a", "x")).onlyStatus(),
            post(SECRETS, secret("b", "y")).onlyStatus(),
            get(SECRETS + "?fieldSelector=metadata.name%3Da").only(NAMES),
            get(SECRETS + "?fieldSelector=metadata.name!%3Da").only(NAMES),
            get(SECRETS + "?fieldSelector=metadata.name%3Da&labelSelector=side%3Dy").only(NAMES),
            get("/api/v1/secrets?fieldSelector=metadata.namespace%3D${id}").only(NAMES),
            get(SECRETS + "?fieldSelector=type%3DOpaque").only(NAMES),
            get(PODS + "?fieldSelector=status.phase%3DRunning").only(NAMES),
            get(PODS + "?fieldSelector=spec.nodeName%3Dnosuch").only(NAMES)),
        Scenario.of(
            "field selectors that are none",
            get(SECRETS + "?fieldSelector=data.a%3Db"),
            get(SECRETS + "?fieldSelector=nonsense"),
            get(DEPLOYMENTS + "?fieldSelector=spec.replicas%3D1"),
            get("/api/v1/events?fieldSelector=nosuch%3D1")),
        Scenario.of(
            "events by the object that they are about",
            get(
                NAMESPACE
                    + "/events?fieldSelector=involvedObject.name%3Da,involvedObject.kind%3DPod,"
                    + "involvedObject.uid%3D1")),
        Scenario.of(
            "page by page",
            post(SECRETS, secret("a", "x")).onlyStatus(),
            post(SECRETS, secret("b", "x")).onlyStatus(),
            post(SECRETS, secret("c", "x")).onlyStatus(),
            get(SECRETS + "?limit=2").only(NAMES).capture("continue", "/metadata/continue"),
            get(SECRETS + "?limit=2&continue=${continue}").only(NAMES),
            get(SECRETS + "?limit=500").only(NAMES),
            get(SECRETS + "?limit=2&continue=${continue}&resourceVersion=1"),
            get(SECRETS + "?limit=2&continue=nonsense"),
            get(SECRETS + "?limit=nonsense")),
        Scenario.of(
            "pages of a selection",
            post(SECRETS, secret("a", "x")).onlyStatus(),
            post(SECRETS, secret("b", "y")).onlyStatus(),
            post(SECRETS, secret("c", "x")).onlyStatus(),
            get(SECRETS + "?limit=1&labelSelector=side%3Dx")
                .only(NAMES)
                .capture("continue", "/metadata/continue"),
            get(SECRETS + "?limit=1&labelSelector=side%3Dx&continue=${continue}").only(NAMES)),
        Scenario.of(
            "a page shows the list as it was at the first one",
            post(SECRETS, secret("a", "x")).onlyStatus(),
            post(SECRETS, secret("b", "x")).onlyStatus(),
            get(SECRETS + "?limit=1").only(NAMES).capture("continue", "/metadata/continue"),
            delete(SECRETS + "/b").onlyStatus(),
            post(SECRETS, secret("c", "x")).onlyStatus(),
            get(SECRETS + "?limit=1&continue=${continue}").only(NAMES)),
        Scenario.of(
            "in all namespaces",
            post(SECRETS, secret("a", "${id}")).onlyStatus(),
            get("/api/v1/secrets?labelSelector=side%3D${id}")
                .only("/kind", "/items/*/metadata/namespace")),
        Scenario.of(
            "as of a resourceVersion",
            post(SECRETS, secret("a", "x")).onlyStatus().capture("rv", "/metadata/resourceVersion"),
            get(SECRETS + "/a?resourceVersion=0").untilStatus(200).only("/metadata/name"),
            get(SECRETS + "?resourceVersion=${rv}").only(NAMES),
            get(SECRETS + "?resourceVersion=${rv}&resourceVersionMatch=NotOlderThan").only(NAMES),
            get(SECRETS + "?resourceVersion=${rv}&resourceVersionMatch=Exact").only(NAMES),
            get(SECRETS + "?resourceVersionMatch=Exact"),
            get(SECRETS + "?resourceVersion=nonsense"),
            get(SECRETS + "?resourceVersion=0&resourceVersionMatch=Nonsense")));
  }

  private static String secret(String name, String side) {
    return """
    {"apiVersion":"v1","kind":"Secret","metadata":{"name":"%s","labels":{"side":"%s"}},
     "data":{"key":"dmFsdWU="}}\
    """
        .formatted(name, side);
  }
}
