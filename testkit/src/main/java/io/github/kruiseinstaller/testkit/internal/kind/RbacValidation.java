package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;

/** Roles and bindings. */
final class RbacValidation {
  private static final String GROUP = "rbac.authorization.k8s.io";

  private final FieldErrors errors;

  RbacValidation(FieldErrors errors) {
    this.errors = errors;
  }

  /** A Role or ClusterRole. */
  void role(ObjectNode role, boolean namespaced) {
    int i = 0;
    for (JsonNode rule : Nodes.list(role, "rules")) {
      rule("rules[" + i++ + "]", rule, namespaced);
    }
    JsonNode aggregation = Nodes.at(role, "aggregationRule");
    if (aggregation.isObject() && Nodes.list(aggregation, "clusterRoleSelectors").isEmpty()) {
      errors.required(
          "aggregationRule.clusterRoleSelectors",
          "at least one clusterRoleSelector required if aggregationRule is non-nil");
    }
  }

  private void rule(String at, JsonNode rule, boolean namespaced) {
    if (Nodes.list(rule, "verbs").isEmpty()) {
      errors.required(at + ".verbs", "verbs must contain at least one value");
    }
    boolean resources =
        !rule.path("apiGroups").isEmpty()
            || !rule.path("resources").isEmpty()
            || !rule.path("resourceNames").isEmpty();
    JsonNode urls = rule.path("nonResourceURLs");
    if (!urls.isEmpty()) {
      if (namespaced) {
        errors.invalid(
            at + ".nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs");
      }
      if (resources) {
        errors.invalid(
            at + ".nonResourceURLs",
            urls,
            "rules cannot apply to both regular resources and non-resource URLs");
      }
      return;
    }
    if (rule.path("apiGroups").isEmpty()) {
      errors.required(at + ".apiGroups", "resource rules must supply at least one api group");
    }
    if (rule.path("resources").isEmpty()) {
      errors.required(at + ".resources", "resource rules must supply at least one resource");
    }
  }

  /** A RoleBinding or ClusterRoleBinding. */
  void binding(ObjectNode binding, boolean namespaced) {
    JsonNode ref = binding.path("roleRef");
    supported("roleRef.apiGroup", ref.path("apiGroup"), List.of(GROUP));
    supported(
        "roleRef.kind",
        ref.path("kind"),
        namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole"));
    String name = Nodes.textOrEmpty(ref, "name");
    if (name.isEmpty()) {
      errors.required("roleRef.name");
    } else {
      errors.invalid("roleRef.name", name, Names.pathSegment(name));
    }
    int i = 0;
    for (JsonNode subject : Nodes.list(binding, "subjects")) {
      subject("subjects[" + i++ + "]", subject, namespaced);
    }
  }

  /** Unlike elsewhere, an absent value is an unsupported one. */
  private void supported(String field, JsonNode value, List<String> supported) {
    errors.oneOf(field, Json.text(value.asText()), supported);
  }

  private void subject(String at, JsonNode subject, boolean namespaced) {
    String name = Nodes.textOrEmpty(subject, "name");
    if (name.isEmpty()) {
      errors.required(at + ".name");
    }
    switch (Nodes.textOrEmpty(subject, "kind")) {
      case "ServiceAccount" -> {
        if (!name.isEmpty()) {
          errors.invalid(at + ".name", name, Names.subdomain(name));
        }
        supported(at + ".apiGroup", subject.path("apiGroup"), List.of(""));
        if (!namespaced && Nodes.textOrEmpty(subject, "namespace").isEmpty()) {
          errors.required(at + ".namespace");
        }
      }
      case "User", "Group" -> supported(at + ".apiGroup", subject.path("apiGroup"), List.of(GROUP));
      default ->
          supported(at + ".kind", subject.path("kind"), List.of("ServiceAccount", "User", "Group"));
    }
  }

  /** What of a binding must not change. */
  void sameRole(ObjectNode binding, ObjectNode live) {
    JsonNode ref = binding.path("roleRef");
    if (!ref.equals(live.path("roleRef"))) {
      ObjectNode internal = Json.object();
      internal.put("APIGroup", Nodes.textOrEmpty(ref, "apiGroup"));
      internal.put("Kind", Nodes.textOrEmpty(ref, "kind"));
      internal.put("Name", Nodes.textOrEmpty(ref, "name"));
      errors.invalid("roleRef", internal, "cannot change roleRef");
    }
  }
}
