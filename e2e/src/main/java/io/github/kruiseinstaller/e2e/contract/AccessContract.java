package io.github.kruiseinstaller.e2e.contract;

import static io.github.kruiseinstaller.e2e.contract.Steps.CONFIG_MAPS;
import static io.github.kruiseinstaller.e2e.contract.Steps.CRDS;
import static io.github.kruiseinstaller.e2e.contract.Steps.DEPLOYMENTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.LEASES;
import static io.github.kruiseinstaller.e2e.contract.Steps.NAMESPACE;
import static io.github.kruiseinstaller.e2e.contract.Steps.RBAC;
import static io.github.kruiseinstaller.e2e.contract.Steps.REVIEWS;
import static io.github.kruiseinstaller.e2e.contract.Steps.SERVICE_ACCOUNTS;
import static io.github.kruiseinstaller.e2e.contract.Steps.VALIDATING;
import static io.github.kruiseinstaller.e2e.contract.Steps.apply;
import static io.github.kruiseinstaller.e2e.contract.Steps.configMap;
import static io.github.kruiseinstaller.e2e.contract.Steps.delete;
import static io.github.kruiseinstaller.e2e.contract.Steps.get;
import static io.github.kruiseinstaller.e2e.contract.Steps.mergePatch;
import static io.github.kruiseinstaller.e2e.contract.Steps.post;
import static io.github.kruiseinstaller.e2e.contract.Steps.put;

import java.util.ArrayList;
import java.util.List;

/** Who may do what. */
final class AccessContract {
  private static final String TOKEN_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
  private static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  private static final String BOB = "${token}";
  private static final String SELECTED = "?fieldSelector=metadata.name%3D";
  private static final String READ_CONFIG_MAPS =
      "[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"verbs\":[\"get\",\"list\"]}]";

  private AccessContract() {}

  static Theme theme() {
    return Theme.of(
        "access",
        Scenario.of(
            "an administrator may everything",
            post(REVIEWS, review("{\"verb\":\"*\",\"group\":\"*\",\"resource\":\"*\"}"))
                .without("/metadata"),
            post(REVIEWS, review(attributes("create", "", "pods", "log")))
                .only("/status/allowed", "/spec"),
            post(
                REVIEWS,
                "{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SelfSubjectAccessReview\",\"spec\":{}}"),
            post(
                    REVIEWS,
                    "{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SelfSubjectAccessReview\","
                        + "\"spec\":{\"nonResourceAttributes\":{\"path\":\"/readyz\",\"verb\":\"get\"}}}")
                .only("/status/allowed")),
        bob(
            "somebody without rights may nothing",
            get(CONFIG_MAPS).as(BOB),
            get(CONFIG_MAPS + "/a").as(BOB),
            post(CONFIG_MAPS, configMap("a", "{}")).as(BOB),
            post(CONFIG_MAPS + "?dryRun=All", configMap("a", "{}")).as(BOB),
            put(CONFIG_MAPS + "/a", configMap("a", "{}")).as(BOB),
            mergePatch(CONFIG_MAPS + "/a", "{}").as(BOB),
            apply(CONFIG_MAPS + "/a?fieldManager=one", configMap("a", "{}")).as(BOB),
            delete(CONFIG_MAPS + "/a").as(BOB),
            delete(CONFIG_MAPS).as(BOB)),
        bob(
            "kinds of the cluster, groups and subresources",
            get("/api/v1/nodes").as(BOB),
            get("/api/v1/configmaps").as(BOB),
            post(
                    "/api/v1/namespaces",
                    "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"${id}-b\"}}")
                .as(BOB),
            get(NAMESPACE).as(BOB),
            get(DEPLOYMENTS + "/a").as(BOB),
            mergePatch(DEPLOYMENTS + "/a/scale", "{}").as(BOB),
            get(NAMESPACE + "/pods/a/log").as(BOB),
            post(NAMESPACE + "/pods/a/eviction", "{}").as(BOB),
            get(NAMESPACE + "/services/https:a:443/proxy/healthz").as(BOB),
            post(VALIDATING, "{}").as(BOB),
            get(CRDS + "/things.example.com").as(BOB),
            get("/apis/nosuch.example.com/v1/things").as(BOB),
            get(NAMESPACE + "/nosuches").as(BOB)),
        bob(
            "what everybody may",
            get("/version").as(BOB).only("/major"),
            get("/api").as(BOB).only("/kind"),
            get("/apis/apps/v1").as(BOB).only("/kind"),
            get("/readyz").as(BOB),
            get("/metrics").as(BOB),
            get("/nosuch").as(BOB)),
        bob(
            "asking what one may",
            post(REVIEWS, review("{\"verb\":\"*\",\"group\":\"*\",\"resource\":\"*\"}"))
                .as(BOB)
                .without("/metadata"),
            post(REVIEWS, review(attributes("create", "apps", "deployments", "")))
                .as(BOB)
                .without("/metadata"),
            rules(READ_CONFIG_MAPS),
            binding(),
            post(REVIEWS, review(attributes("get", "", "configmaps", "")))
                .as(BOB)
                .untilText("\"allowed\":true")
                .without("/metadata"),
            post(REVIEWS, review(attributes("delete", "", "configmaps", "")))
                .as(BOB)
                .only("/status"),
            post(REVIEWS, review(attributes("get", "", "configmaps", "status")))
                .as(BOB)
                .only("/status")),
        bob(
            "a role in a namespace",
            rules(READ_CONFIG_MAPS),
            binding(),
            get(CONFIG_MAPS + "/nosuch").as(BOB).untilStatus(404),
            get(CONFIG_MAPS).as(BOB).only("/kind"),
            get(CONFIG_MAPS + "?watch=1").as(BOB),
            delete(CONFIG_MAPS + "/a").as(BOB),
            get("/api/v1/namespaces/default/configmaps").as(BOB)),
        bob(
            "single objects by name",
            rules(
                "[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"resourceNames\":[\"mine\"],"
                    + "\"verbs\":[\"get\",\"patch\",\"list\",\"watch\",\"deletecollection\"]}]"),
            binding(),
            get(CONFIG_MAPS + "/mine").as(BOB).untilStatus(404).onlyStatus(),
            get(CONFIG_MAPS + "/other").as(BOB),
            get(CONFIG_MAPS).as(BOB),
            apply(CONFIG_MAPS + "/mine?fieldManager=one", configMap("mine", "{}")).as(BOB),
            get(CONFIG_MAPS + SELECTED + "mine").as(BOB).only("/kind", "/items"),
            get(CONFIG_MAPS + SELECTED + "other").as(BOB),
            get(CONFIG_MAPS + SELECTED + "mine%2Cmetadata.namespace%3D${id}")
                .as(BOB)
                .only("/kind", "/items"),
            get(CONFIG_MAPS + "?fieldSelector=metadata.name!%3Dother").as(BOB),
            get("/api/v1/configmaps" + SELECTED + "mine").as(BOB),
            get(CONFIG_MAPS + SELECTED + "mine&watch=1&resourceVersion=nonsense")
                .as(BOB)
                .onlyStatus(),
            get(CONFIG_MAPS + SELECTED + "other&watch=1").as(BOB),
            delete(CONFIG_MAPS + SELECTED + "mine").as(BOB)),
        bob(
            "nobody grants more than one has",
            rules(
                "[{\"apiGroups\":[\"rbac.authorization.k8s.io\"],\"resources\":[\"roles\",\"rolebindings\"],"
                    + "\"verbs\":[\"create\",\"update\",\"patch\",\"get\"]},"
                    + "{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"verbs\":[\"get\"]}]"),
            binding(),
            get(RBAC + "/namespaces/${id}/roles/nosuch").as(BOB).untilStatus(404).onlyStatus(),
            post(
                    RBAC + "/namespaces/${id}/roles",
                    role(
                        "more",
                        "[{\"apiGroups\":[\"\"],\"resources\":[\"secrets\"],\"verbs\":[\"get\",\"list\"]}]"))
                .as(BOB),
            post(
                    RBAC + "/namespaces/${id}/roles",
                    role(
                        "same",
                        "[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"verbs\":[\"get\"]}]"))
                .as(BOB)
                .onlyStatus(),
            post(
                    RBAC + "/namespaces/${id}/rolebindings",
                    roleBinding("more", "ClusterRole", "cluster-admin"))
                .as(BOB)
                .only("/reason", "/code"),
            post(RBAC + "/namespaces/${id}/rolebindings", roleBinding("gone", "Role", "nosuch"))
                .as(BOB)),
        bob(
            "a PUT that creates",
            rules(
                "[{\"apiGroups\":[\"\"],\"resources\":[\"configmaps\"],\"verbs\":[\"get\",\"update\"]}]"),
            binding(),
            get(CONFIG_MAPS + "/nosuch").as(BOB).untilStatus(404).onlyStatus(),
            put(CONFIG_MAPS + "/a", configMap("a", "{}")).as(BOB),
            put(LEASES + "/a", lease()).as(BOB),
            post(CONFIG_MAPS, configMap("a", "{}")).onlyStatus(),
            put(CONFIG_MAPS + "/a", configMap("a", "{\"k\":\"v\"}")).as(BOB).only("/data")),
        bob(
            "a Lease that a PUT creates",
            rules(
                "[{\"apiGroups\":[\"coordination.k8s.io\"],\"resources\":[\"leases\"],\"verbs\":[\"get\",\"update\"]}]"),
            binding(),
            get(LEASES + "/nosuch").as(BOB).untilStatus(404).onlyStatus(),
            put(LEASES + "/a", lease()).as(BOB),
            put(LEASES + "/a", lease()).onlyStatus()),
        Scenario.of(
            "a token for another audience",
            post(SERVICE_ACCOUNTS, serviceAccount()).onlyStatus(),
            post(
                    SERVICE_ACCOUNTS + "/bob/token",
                    tokenRequest().replace("{}", "{\"audiences\":[\"other\"]}"))
                .capture("token", "/status/token")
                .only("/spec/audiences"),
            get(CONFIG_MAPS).as(BOB),
            post(TOKEN_REVIEWS, tokenReview("\"audiences\":[\"other\",\"third\"],"))
                .only("/status/authenticated", "/status/audiences", "/status/user/groups"),
            post(TOKEN_REVIEWS, tokenReview("\"audiences\":[\"third\"],"))
                .only("/status/authenticated", "/status/audiences"),
            post(TOKEN_REVIEWS, tokenReview("")).only("/status/authenticated")),
        Scenario.of(
            "in the name of somebody else",
            post(WHO, who()).header("Impersonate-User", "jane").only("/status"),
            post(WHO, who())
                .header("Impersonate-User", "jane")
                .header("Impersonate-Group", "writers")
                .header("Impersonate-Uid", "7")
                .header("Impersonate-Extra-Scopes", "view")
                .only("/status"),
            get(CONFIG_MAPS).header("Impersonate-User", "jane"),
            get(CONFIG_MAPS).header("Impersonate-Uid", "7")),
        Scenario.of(
            "a ServiceAccount's token",
            post(SERVICE_ACCOUNTS, serviceAccount()).onlyStatus(),
            post(SERVICE_ACCOUNTS + "/bob/token", tokenRequest())
                .only("/kind", "/spec/expirationSeconds", "/status/token"),
            post(SERVICE_ACCOUNTS + "/nosuch/token", tokenRequest())),
        Scenario.of(
            "roles that cannot be",
            post(
                RBAC + "/namespaces/${id}/roles",
                role("a", "[{\"verbs\":[\"get\"],\"resources\":[\"pods\"]}]")),
            post(
                RBAC + "/namespaces/${id}/roles",
                role("a", "[{\"apiGroups\":[\"\"],\"resources\":[\"pods\"]}]")),
            post(
                RBAC + "/namespaces/${id}/roles",
                role("a", "[{\"nonResourceURLs\":[\"/x\"],\"verbs\":[\"get\"]}]")),
            post(RBAC + "/namespaces/${id}/rolebindings", roleBinding("a", "Nosuch", "x")),
            post(RBAC + "/namespaces/${id}/rolebindings", roleBinding("b", "Role", "x"))
                .onlyStatus(),
            mergePatch(
                RBAC + "/namespaces/${id}/rolebindings/b", "{\"roleRef\":{\"name\":\"y\"}}")));
  }

  private static String lease() {
    return """
    {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"a"},"spec":{}}\
    """;
  }

  private static String tokenReview(String audiences) {
    return """
    {"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{%s"token":"${token}"}}\
    """
        .formatted(audiences);
  }

  private static String who() {
    return "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"SelfSubjectReview\"}";
  }

  /** A scenario with a ServiceAccount that may nothing yet, and its token. */
  private static Scenario bob(String name, Step... steps) {
    List<Step> all = new ArrayList<>();
    all.add(post(SERVICE_ACCOUNTS, serviceAccount()).onlyStatus());
    all.add(
        post(SERVICE_ACCOUNTS + "/bob/token", tokenRequest())
            .capture("token", "/status/token")
            .only("/kind"));
    all.addAll(List.of(steps));
    return new Scenario(name, all);
  }

  private static String serviceAccount() {
    return "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"bob\"}}";
  }

  private static String tokenRequest() {
    return "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}";
  }

  private static Request rules(String rules) {
    return post(RBAC + "/namespaces/${id}/roles", role("bob", rules)).onlyStatus();
  }

  private static Request binding() {
    return post(RBAC + "/namespaces/${id}/rolebindings", roleBinding("bob", "Role", "bob"))
        .onlyStatus();
  }

  private static String role(String name, String rules) {
    return """
    {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"%s"},"rules":%s}\
    """
        .formatted(name, rules);
  }

  private static String roleBinding(String name, String kind, String role) {
    return """
    {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"%s"},
     "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"%s","name":"%s"},
     "subjects":[{"kind":"ServiceAccount","name":"bob","namespace":"${id}"}]}\
    """
        .formatted(name, kind, role);
  }

  private static String review(String attributes) {
    return """
    {"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
     "spec":{"resourceAttributes":%s}}\
    """
        .formatted(attributes);
  }

  private static String attributes(String verb, String group, String resource, String subresource) {
    return """
    {"namespace":"${id}","verb":"%s","group":"%s","resource":"%s","subresource":"%s","name":"a"}\
    """
        .formatted(verb, group, resource, subresource);
  }
}
