package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.CONFIG_MAPS;
import static io.github.kruiseinstaller.e2e.contract.Steps.DEPLOYMENTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.NAMESPACE;
import static io.github.kruiseinstaller.e2e.contract.Steps.SECRETS;
import static io.github.kruiseinstaller.e2e.contract.Steps.SERVICES;
import static io.github.kruiseinstaller.e2e.contract.Steps.configMap;
import static io.github.kruiseinstaller.e2e.contract.Steps.delete;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.mergePatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;

/** DELETE, finalizers, and what owners take with them. */
final class DeleteContract {
  private static final String JOBS = "/apis/batch/v1/namespaces/${id}/jobs";

  private static final String[] LIFE = {
    "/kind",
    "/metadata/name",
    "/metadata/finalizers",
    "/metadata/deletionTimestamp",
    "/metadata/deletionGracePeriodSeconds",
    "/metadata/ownerReferences",
    "/metadata/generation",
    "/message",
    "/reason",
    "/details",
    "/status"
  };

  private DeleteContract() {}

  static Theme theme() {
    return Theme.of(
        "delete",
        Scenario.of(
            "an object",
            post(CONFIG_MAPS, configMap("a", "{}")).onlyStatus(),
            delete(CONFIG_MAPS + "/a"),
            delete(CONFIG_MAPS + "/a"),
            get(CONFIG_MAPS + "/a").onlyStatus()),
        Scenario.of(
            "as the installer does",
            post(CONFIG_MAPS, configMap("a", "{}")).onlyStatus().capture("uid", "/metadata/uid"),
            delete(CONFIG_MAPS + "/a", options("\"preconditions\":{\"uid\":\"other\"}")),
            delete(CONFIG_MAPS + "/a", options("\"preconditions\":{\"uid\":\"${uid}\"}")),
            delete(CONFIG_MAPS + "/a", options("\"preconditions\":{\"uid\":\"${uid}\"}"))),
        Scenario.of(
            "only as of a resourceVersion",
            post(CONFIG_MAPS, configMap("a", "{}")).capture("rv", "/metadata/resourceVersion"),
            delete(CONFIG_MAPS + "/a", options("\"preconditions\":{\"resourceVersion\":\"1\"}")),
            delete(CONFIG_MAPS + "/a", options("\"preconditions\":{\"resourceVersion\":\"${rv}\"}"))
                .onlyStatus()),
        Scenario.of(
            "in a dry run",
            post(CONFIG_MAPS, configMap("a", "{}")).onlyStatus(),
            delete(CONFIG_MAPS + "/a?dryRun=All"),
            get(CONFIG_MAPS + "/a").only("/metadata/name"),
            delete(CONFIG_MAPS + "/a", options("\"dryRun\":[\"All\"]")).only("/status"),
            get(CONFIG_MAPS + "/a").only("/metadata/name")),
        Scenario.of(
            "kinds that answer with the object",
            post(SERVICES, service()).onlyStatus(),
            delete(SERVICES + "/a").only(LIFE),
            post(DEPLOYMENTS, CreateContract.deployment("a")).onlyStatus(),
            delete(DEPLOYMENTS + "/a").only(LIFE),
            post(
                    SECRETS,
                    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\"}}")
                .onlyStatus(),
            delete(SECRETS + "/a")),
        Scenario.of(
            "what is not there",
            delete(CONFIG_MAPS + "/nosuch"),
            delete(DEPLOYMENTS + "/nosuch"),
            delete("/api/v1/namespaces/${id}-nosuch"),
            delete("/api/v1/namespaces/${id}-nosuch/configmaps/a")),
        Scenario.of(
            "options that are none",
            post(CONFIG_MAPS, configMap("a", "{}")).onlyStatus(),
            delete(CONFIG_MAPS + "/a", options("\"propagationPolicy\":\"Nosuch\"")),
            delete(
                CONFIG_MAPS + "/a",
                options("\"orphanDependents\":true,\"propagationPolicy\":\"Background\"")),
            delete(CONFIG_MAPS + "/a", "{"),
            delete(CONFIG_MAPS + "/a?propagationPolicy=Nosuch"),
            delete(CONFIG_MAPS + "/a?gracePeriodSeconds=x"),
            delete(CONFIG_MAPS + "/a", "{\"kind\":\"Nosuch\",\"apiVersion\":\"v1\"}"),
            delete(CONFIG_MAPS + "/a", "{}").header("Content-Type", "text/plain")),
        Scenario.of(
            "an object with a finalizer",
            post(CONFIG_MAPS, held("a")).onlyStatus(),
            delete(CONFIG_MAPS + "/a"),
            delete(CONFIG_MAPS + "/a").only(LIFE),
            get(CONFIG_MAPS + "/a").only(LIFE),
            mergePatch(
                CONFIG_MAPS + "/a",
                "{\"metadata\":{\"finalizers\":[\"example.com/held\",\"example.com/new\"]}}"),
            mergePatch(CONFIG_MAPS + "/a", "{\"data\":{\"k\":\"v\"}}").only("/data"),
            post(CONFIG_MAPS, configMap("a", "{}")),
            mergePatch(CONFIG_MAPS + "/a", "{\"metadata\":{\"finalizers\":null}}").only(LIFE),
            get(CONFIG_MAPS + "/a").onlyStatus()),
        Scenario.of(
            "in the background: what is owned goes soon",
            post(CONFIG_MAPS, configMap("owner", "{}"))
                .onlyStatus()
                .capture("uid", "/metadata/uid"),
            post(CONFIG_MAPS, owned("owned", "")).onlyStatus(),
            delete(CONFIG_MAPS + "/owner", options("\"propagationPolicy\":\"Background\""))
                .only("/status"),
            get(CONFIG_MAPS + "/owned").untilStatus(404).onlyStatus()),
        Scenario.of(
            "in the foreground: what is owned goes first",
            post(CONFIG_MAPS, configMap("owner", "{}"))
                .onlyStatus()
                .capture("uid", "/metadata/uid"),
            post(
                    CONFIG_MAPS,
                    owned("owned", ",\"blockOwnerDeletion\":true", "\"example.com/held\""))
                .onlyStatus(),
            delete(CONFIG_MAPS + "/owner", options("\"propagationPolicy\":\"Foreground\""))
                .only(LIFE),
            get(CONFIG_MAPS + "/owner").only(LIFE),
            get(CONFIG_MAPS + "/owned").untilText("deletionTimestamp").only(LIFE),
            mergePatch(CONFIG_MAPS + "/owned", "{\"metadata\":{\"finalizers\":null}}").onlyStatus(),
            get(CONFIG_MAPS + "/owner").untilStatus(404).onlyStatus()),
        Scenario.of(
            "as an orphan: what is owned stays",
            post(CONFIG_MAPS, configMap("owner", "{}"))
                .onlyStatus()
                .capture("uid", "/metadata/uid"),
            post(CONFIG_MAPS, owned("owned", "")).onlyStatus(),
            delete(CONFIG_MAPS + "/owner", options("\"propagationPolicy\":\"Orphan\"")).only(LIFE),
            get(CONFIG_MAPS + "/owner").untilStatus(404).onlyStatus(),
            get(CONFIG_MAPS + "/owned").only(LIFE)),
        Scenario.of(
            "an owner that was never there",
            post(
                    CONFIG_MAPS,
                    owned("owned", "").replace("${uid}", "11111111-1111-1111-1111-111111111111"))
                .onlyStatus(),
            get(CONFIG_MAPS + "/owned").untilStatus(404).onlyStatus()),
        Scenario.of(
            "a Deployment takes its ReplicaSet along",
            post(DEPLOYMENTS, CreateContract.deployment("a")).onlyStatus(),
            get("/apis/apps/v1/namespaces/${id}/replicasets")
                .untilText("\"controller\":true")
                .only("/items/*/metadata/ownerReferences/*/name"),
            delete(DEPLOYMENTS + "/a", options("\"propagationPolicy\":\"Background\""))
                .only("/status", "/kind"),
            get("/apis/apps/v1/namespaces/${id}/replicasets")
                .untilText("\"items\":[]")
                .only("/items")),
        Scenario.of(
            "a Deployment leaves its ReplicaSet as an orphan",
            post(DEPLOYMENTS, CreateContract.deployment("a")).onlyStatus(),
            get("/apis/apps/v1/namespaces/${id}/replicasets")
                .untilText("\"controller\":true")
                .onlyStatus(),
            delete(DEPLOYMENTS + "/a", options("\"propagationPolicy\":\"Orphan\""))
                .only("/kind", "/metadata/finalizers"),
            get(DEPLOYMENTS + "/a").untilStatus(404).onlyStatus(),
            get("/apis/apps/v1/namespaces/${id}/replicasets")
                .only("/items/*/metadata/ownerReferences", "/items/*/spec/replicas")),
        Scenario.of(
            "a Job lets its Pods go, unless it is told otherwise",
            post(JOBS, suspendedJob()).onlyStatus(),
            get(JOBS + "/a").untilText("JobSuspended").only("/status"),
            delete(JOBS + "/a").only(LIFE),
            get(JOBS + "/a").untilStatus(404).onlyStatus(),
            post(JOBS, suspendedJob()).onlyStatus(),
            delete(JOBS + "/a?propagationPolicy=Background").only("/status", "/kind"),
            delete(JOBS + "/nosuch"),
            delete(JOBS).only("/kind", "/items"),
            delete(JOBS + "?propagationPolicy=Orphan").only("/kind", "/items"),
            delete(NAMESPACE + "/replicationcontrollers/nosuch")),
        Scenario.of(
            "a collection",
            post(SECRETS, secret("a", "x")).onlyStatus(),
            post(SECRETS, secret("b", "y")).onlyStatus(),
            delete(SECRETS + "?labelSelector=side%3Dx").only("/kind", "/items/*/metadata/name"),
            get(SECRETS).only("/items/*/metadata/name"),
            delete(SECRETS).only("/kind", "/items/*/metadata/name"),
            delete(SECRETS).only("/kind", "/items")),
        Scenario.of(
            "a namespace and what is in it",
            post(
                    "/api/v1/namespaces",
                    "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"${id}-d\"}}")
                .onlyStatus(),
            post("/api/v1/namespaces/${id}-d/secrets", secret("a", "x")).onlyStatus(),
            post("/api/v1/namespaces/${id}-d/configmaps", held("held")).onlyStatus(),
            delete("/api/v1/namespaces/${id}-d", options("\"propagationPolicy\":\"Background\""))
                .only("/kind", "/metadata/name", "/metadata/deletionTimestamp", "/spec", "/status"),
            delete("/api/v1/namespaces/${id}-d")
                .only("/kind", "/status/phase", "/reason", "/message"),
            get("/api/v1/namespaces/${id}-d/secrets").untilText("\"items\":[]").only("/items"),
            mergePatch(
                    "/api/v1/namespaces/${id}-d/configmaps/held",
                    "{\"metadata\":{\"finalizers\":null}}")
                .onlyStatus(),
            get("/api/v1/namespaces/${id}-d").untilStatus(404).onlyStatus()));
  }

  private static String options(String fields) {
    return "{\"apiVersion\":\"v1\",\"kind\":\"DeleteOptions\"," + fields + "}";
  }

  private static String suspendedJob() {
    return """
    {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{"suspend":true,
     "template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"app:1"}]}}}}\
    """;
  }

  private static String service() {
    return """
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"port":80}]}}\
    """;
  }

  private static String held(String name) {
    return """
    {"apiVersion":"v1","kind":"ConfigMap",
     "metadata":{"name":"%s","finalizers":["example.com/held"]}}\
    """
        .formatted(name);
  }

  private static String owned(String name, String more, String... finalizers) {
    return """
    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","finalizers":[%s],
     "ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"${uid}"%s}]}}\
    """
        .formatted(name, String.join(",", finalizers), more);
  }

  private static String secret(String name, String side) {
    return """
    {"apiVersion":"v1","kind":"Secret","metadata":{"name":"%s","labels":{"side":"%s"}}}\
    """
        .formatted(name, side);
  }
}
