package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.CONFIG_MAPS;
import static io.github.kruiseinstaller.e2e.contract.Steps.DEPLOYMENTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.NAMESPACE;
import static io.github.kruiseinstaller.e2e.contract.Steps.configMap;
import static io.github.kruiseinstaller.e2e.contract.Steps.delete;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;
import static io.github.kruiseinstaller.e2e.contract.Steps.put;

/** What the server is, what it serves, and what it says to requests that are none. */
final class DiscoveryContract {
  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  private DiscoveryContract() {}

  static Theme theme() {
    return Theme.of(
        "discovery",
        Scenario.of(
            "version and health",
            get("/version").only("/major", "/minor", "/gitVersion"),
            get("/readyz"),
            get("/livez"),
            get("/healthz")),
        Scenario.of(
            "the core group",
            get("/api").without("/serverAddressByClientCIDRs"),
            resources("/api/v1")
                .pick(
                    "/resources",
                    "/name",
                    "configmaps",
                    "events",
                    "namespaces",
                    "namespaces/finalize",
                    "namespaces/status",
                    "nodes",
                    "pods",
                    "pods/eviction",
                    "pods/log",
                    "pods/status",
                    "secrets",
                    "serviceaccounts",
                    "serviceaccounts/token",
                    "services",
                    "services/proxy",
                    "services/status")),
        Scenario.of(
            "the list of groups",
            get("/apis")
                .pick(
                    "/groups",
                    "/name",
                    "apps",
                    "rbac.authorization.k8s.io",
                    "apiextensions.k8s.io",
                    "coordination.k8s.io")),
        Scenario.of(
            "a group",
            get("/apis/apps"),
            resources("/apis/apps/v1")
                .pick(
                    "/resources",
                    "/name",
                    "controllerrevisions",
                    "daemonsets",
                    "daemonsets/status",
                    "deployments",
                    "deployments/scale",
                    "deployments/status",
                    "replicasets",
                    "replicasets/scale",
                    "replicasets/status")),
        Scenario.of(
            "groups that an installer needs",
            resources("/apis/rbac.authorization.k8s.io/v1"),
            resources("/apis/apiextensions.k8s.io/v1"),
            resources("/apis/admissionregistration.k8s.io/v1")
                .pick(
                    "/resources",
                    "/name",
                    "mutatingwebhookconfigurations",
                    "validatingwebhookconfigurations"),
            resources("/apis/coordination.k8s.io/v1"),
            resources("/apis/discovery.k8s.io/v1"),
            resources("/apis/authorization.k8s.io/v1")
                .pick("/resources", "/name", "selfsubjectaccessreviews")),
        Scenario.of(
            "aggregated discovery",
            get("/api").header("Accept", AGGREGATED).only("/kind", "/apiVersion"),
            get("/apis")
                .header("Accept", AGGREGATED)
                .pick("/items", "/metadata/name", "coordination.k8s.io")
                .only("/kind", "/apiVersion", "/items")),
        Scenario.of(
            "OpenAPI is there",
            get("/openapi/v3").only("/nothing"),
            get("/openapi/v3/apis/coordination.k8s.io/v1").only("/openapi", "/info/title")),
        Scenario.of(
            "a group or version that is not there",
            get("/apis/nosuch.example.com"),
            get("/apis/nosuch.example.com/v1"),
            get("/apis/apps/v9"),
            get("/api/v9"),
            get("/nosuch")),
        Scenario.of(
            "a resource that is not there",
            get(NAMESPACE + "/nosuches"),
            get(NAMESPACE + "/nosuches/a"),
            get("/apis/apps/v1/nosuches"),
            post("/apis/nosuch.example.com/v1/namespaces/${id}/nosuches", "{}"),
            delete("/apis/nosuch.example.com/v1/namespaces/${id}/nosuches/a")),
        Scenario.of(
            "a subresource that is not there",
            post(CONFIG_MAPS, configMap("a", "{}")).onlyStatus(),
            get(CONFIG_MAPS + "/a/status"),
            get(CONFIG_MAPS + "/a/nosuch"),
            get(DEPLOYMENTS + "/a/nosuch")),
        Scenario.of(
            "methods that are not allowed",
            put(CONFIG_MAPS, configMap("a", "{}")),
            post(CONFIG_MAPS + "/a", configMap("a", "{}")),
            Request.of("PATCH", CONFIG_MAPS, "application/merge-patch+json", "{}"),
            get("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"),
            get(NAMESPACE + "/pods/a/eviction")),
        Scenario.of(
            "media types that cannot be produced",
            get(CONFIG_MAPS).header("Accept", "text/plain"),
            get(CONFIG_MAPS).header("Accept", "text/plain, application/json").only("/kind"),
            get("/api").header("Accept", "image/png")),
        Scenario.of(
            "callers that are not known",
            get(CONFIG_MAPS).header("Authorization", ""),
            get(CONFIG_MAPS).as("nonsense"),
            get("/version").header("Authorization", "").only("/major"),
            get("/api").header("Authorization", ""),
            get("/nosuch").header("Authorization", ""),
            get("/readyz").header("Authorization", ""),
            get("/version").as("nonsense")));
  }

  /** What only the storage knows does not count. */
  private static Request resources(String path) {
    return get(path).without("/resources/*/storageVersionHash");
  }
}
