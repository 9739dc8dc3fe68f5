package io.github.kruiseinstaller.testkit.internal.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.LabelSelectors;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ClusterRoles that gather the rules of others by label. In a cluster a controller copies them;
 * here they are gathered whenever they are asked for.
 */
final class Aggregation {
  private final RbacObjects objects;

  Aggregation(RbacObjects objects) {
    this.objects = objects;
  }

  /** The role's own rules, or what it gathers. */
  List<Rule> rules(ObjectNode role) {
    Set<Rule> rules = new LinkedHashSet<>();
    collect(role, rules, new HashSet<>());
    return new ArrayList<>(rules);
  }

  private void collect(ObjectNode role, Set<Rule> rules, Set<String> seen) {
    if (!seen.add(Nodes.name(role))) {
      return;
    }
    rules.addAll(Rule.of(role));
    List<JsonNode> selectors = Nodes.list(role, "aggregationRule", "clusterRoleSelectors");
    if (selectors.isEmpty()) {
      return;
    }
    for (ObjectNode other : objects.clusterRoles()) {
      Map<String, String> labels = Nodes.labels(other);
      if (selectors.stream().anyMatch(selector -> LabelSelectors.matches(selector, labels))) {
        collect(other, rules, seen);
      }
    }
  }
}
