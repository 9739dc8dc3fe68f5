package io.github.kruiseinstaller.testkit.internal.auth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The ClusterRoles and ClusterRoleBindings that every cluster has and that matter to its users. The
 * roles admin, edit and view have their usual rules written out, and gather what is labelled for
 * them.
 */
public final class DefaultRoles {
  private static final String GROUP = "rbac.authorization.k8s.io";
  private static final String AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-";
  private static final List<String> READ = List.of("get", "list", "watch");
  private static final List<String> WRITE =
      List.of("create", "delete", "deletecollection", "patch", "update");
  private static final String AUTHENTICATED = "system:authenticated";

  private DefaultRoles() {}

  /** The ClusterRoles. */
  public static List<ObjectNode> clusterRoles() {
    List<Rule> view = view();
    List<Rule> edit = concat(view, edit());
    return List.of(
        role("cluster-admin", Rule.EVERYTHING),
        role("system:discovery", List.of(Rule.urls(List.of("get"), discoveryPaths()))),
        role(
            "system:basic-user",
            List.of(
                create(
                    "authorization.k8s.io", "selfsubjectaccessreviews", "selfsubjectrulesreviews"),
                create("authentication.k8s.io", "selfsubjectreviews"))),
        role(
            "system:public-info-viewer",
            List.of(
                Rule.urls(
                    List.of("get"),
                    List.of("/livez", "/readyz", "/healthz", "/version", "/version/")))),
        role(
            "system:auth-delegator",
            List.of(
                create("authentication.k8s.io", "tokenreviews"),
                create("authorization.k8s.io", "subjectaccessreviews"))),
        gathering(role("view", view), "view", "edit"),
        gathering(role("edit", edit), "edit", "admin"),
        gathering(role("admin", concat(edit, admin())), "admin", ""));
  }

  /** The ClusterRoleBindings. */
  public static List<ObjectNode> clusterRoleBindings() {
    return List.of(
        binding("cluster-admin", "system:masters"),
        binding("system:discovery", AUTHENTICATED),
        binding("system:basic-user", AUTHENTICATED),
        binding("system:public-info-viewer", AUTHENTICATED, "system:unauthenticated"));
  }

  private static List<String> discoveryPaths() {
    return List.of(
        "/livez",
        "/readyz",
        "/healthz",
        "/version",
        "/version/",
        "/openapi",
        "/openapi/*",
        "/api",
        "/api/*",
        "/apis",
        "/apis/*");
  }

  private static List<Rule> view() {
    return List.of(
        Rule.resources(
            READ,
            List.of(""),
            List.of(
                "pods",
                "pods/log",
                "pods/status",
                "replicationcontrollers",
                "replicationcontrollers/scale",
                "replicationcontrollers/status",
                "serviceaccounts",
                "services",
                "services/status",
                "endpoints",
                "persistentvolumeclaims",
                "persistentvolumeclaims/status",
                "configmaps",
                "limitranges",
                "resourcequotas",
                "resourcequotas/status",
                "bindings",
                "events",
                "namespaces",
                "namespaces/status")),
        Rule.resources(READ, List.of("discovery.k8s.io"), List.of("endpointslices")),
        Rule.resources(
            READ,
            List.of("apps"),
            List.of(
                "controllerrevisions",
                "statefulsets",
                "statefulsets/status",
                "statefulsets/scale",
                "daemonsets",
                "daemonsets/status",
                "deployments",
                "deployments/status",
                "deployments/scale",
                "replicasets",
                "replicasets/status",
                "replicasets/scale")),
        Rule.resources(
            READ,
            List.of("autoscaling"),
            List.of("horizontalpodautoscalers", "horizontalpodautoscalers/status")),
        Rule.resources(
            READ, List.of("batch"), List.of("jobs", "cronjobs", "cronjobs/status", "jobs/status")),
        Rule.resources(
            READ,
            List.of("policy"),
            List.of("poddisruptionbudgets", "poddisruptionbudgets/status")),
        Rule.resources(
            READ,
            List.of("networking.k8s.io"),
            List.of("networkpolicies", "ingresses", "ingresses/status")));
  }

  private static List<Rule> edit() {
    return List.of(
        Rule.resources(
            READ,
            List.of(""),
            List.of(
                "pods/attach",
                "pods/proxy",
                "pods/exec",
                "pods/portforward",
                "secrets",
                "services/proxy")),
        Rule.resources(List.of("impersonate"), List.of(""), List.of("serviceaccounts")),
        Rule.resources(
            WRITE,
            List.of(""),
            List.of("pods", "pods/attach", "pods/proxy", "pods/exec", "pods/portforward")),
        create("", "pods/eviction"),
        Rule.resources(
            WRITE,
            List.of(""),
            List.of(
                "replicationcontrollers",
                "replicationcontrollers/scale",
                "serviceaccounts",
                "services",
                "services/proxy",
                "persistentvolumeclaims",
                "configmaps",
                "secrets",
                "events")),
        create("", "serviceaccounts/token"),
        Rule.resources(
            WRITE,
            List.of("apps"),
            List.of(
                "statefulsets",
                "statefulsets/scale",
                "daemonsets",
                "deployments",
                "deployments/scale",
                "deployments/rollback",
                "replicasets",
                "replicasets/scale")),
        Rule.resources(WRITE, List.of("autoscaling"), List.of("horizontalpodautoscalers")),
        Rule.resources(WRITE, List.of("batch"), List.of("jobs", "cronjobs")),
        Rule.resources(WRITE, List.of("policy"), List.of("poddisruptionbudgets")),
        Rule.resources(
            WRITE, List.of("networking.k8s.io"), List.of("networkpolicies", "ingresses")),
        Rule.resources(
            Stream.concat(READ.stream(), WRITE.stream()).toList(),
            List.of("coordination.k8s.io"),
            List.of("leases")));
  }

  private static List<Rule> admin() {
    return List.of(
        create("authorization.k8s.io", "localsubjectaccessreviews"),
        Rule.resources(
            Stream.concat(READ.stream(), WRITE.stream()).toList(),
            List.of(GROUP),
            List.of("roles", "rolebindings")));
  }

  private static Rule create(String group, String... resources) {
    return Rule.resources(List.of("create"), List.of(group), List.of(resources));
  }

  private static List<Rule> concat(List<Rule> first, List<Rule> second) {
    List<Rule> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static ObjectNode role(String name, List<Rule> rules) {
    ObjectNode role = object("ClusterRole", name);
    ArrayNode list = role.putArray("rules");
    rules.forEach(rule -> list.add(rule.json()));
    return role;
  }

  /** Also gathers the rules of roles made for it, and is gathered by a greater role. */
  private static ObjectNode gathering(ObjectNode role, String into, String greater) {
    role.putObject("aggregationRule")
        .putArray("clusterRoleSelectors")
        .addObject()
        .putObject("matchLabels")
        .put(AGGREGATE + into, "true");
    if (!greater.isEmpty()) {
      role.withObject("metadata").withObject("labels").put(AGGREGATE + greater, "true");
    }
    return role;
  }

  private static ObjectNode binding(String name, String... groups) {
    ObjectNode binding = object("ClusterRoleBinding", name);
    binding
        .putObject("roleRef")
        .put("apiGroup", GROUP)
        .put("kind", "ClusterRole")
        .put("name", name);
    ArrayNode subjects = binding.putArray("subjects");
    for (String group : groups) {
      subjects.addObject().put("apiGroup", GROUP).put("kind", "Group").put("name", group);
    }
    return binding;
  }

  private static ObjectNode object(String kind, String name) {
    ObjectNode object = Json.object().put("apiVersion", GROUP + "/v1").put("kind", kind);
    ObjectNode metadata = object.putObject("metadata").put("name", name);
    metadata.putObject("annotations").put("rbac.authorization.kubernetes.io/autoupdate", "true");
    metadata.putObject("labels").put("kubernetes.io/bootstrapping", "rbac-defaults");
    return object;
  }
}
