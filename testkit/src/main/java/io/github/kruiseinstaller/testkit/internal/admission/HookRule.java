package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.admission.Asked.Plural;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/** One rule of a hook. */
final class HookRule {
  private final JsonNode rule;

  HookRule(JsonNode rule) {
    this.rule = rule;
  }

  /** Whether it wants a request, taken as one for that resource. */
  boolean matches(Asked asked, Plural resource) {
    return scope(asked, resource)
        && lists("operations", asked.request().operation().name())
        && lists("apiGroups", resource.group())
        && lists("apiVersions", resource.version())
        && lists(resource.resource(), asked.request().subresource(), "resources");
  }

  private boolean scope(Asked asked, Plural resource) {
    boolean clusterWide = resource.isNamespaces() || asked.namespace().isEmpty();
    return switch (Nodes.text(rule, "scope").orElse("*")) {
      case "*" -> true;
      case "Namespaced" -> !clusterWide;
      case "Cluster" -> clusterWide;
      default -> false;
    };
  }

  private boolean lists(String field, String wanted) {
    return Nodes.list(rule, field).stream()
        .map(JsonNode::asText)
        .anyMatch(item -> item.equals("*") || item.equals(wanted));
  }

  private boolean lists(String resource, String subresource, String field) {
    return Nodes.list(rule, field).stream()
        .map(JsonNode::asText)
        .anyMatch(
            item -> {
              int slash = item.indexOf('/');
              String first = slash < 0 ? item : item.substring(0, slash);
              String second = slash < 0 ? "" : item.substring(slash + 1);
              return (first.equals("*") || first.equals(resource))
                  && (second.equals("*") || second.equals(subresource));
            });
  }
}
