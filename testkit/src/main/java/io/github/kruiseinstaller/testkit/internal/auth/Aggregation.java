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
import java.util.concurrent.ConcurrentHashMap;

/**
 * ClusterRoles that gather the rules of others by label. In a cluster a controller copies them;
 * here they are gathered whenever they are asked for.
 */
final class Aggregation {
  private static final int KNOWN = 1_000;

  private final RbacObjects objects;

  /** By uid and resourceVersion: managers ask all the time, and roles hardly change. */
  private final Map<String, List<Rule>> known = new ConcurrentHashMap<>();

  Aggregation(RbacObjects objects) {
    this.objects = objects;
  }

  /** The role's own rules, or what it gathers. */
  List<Rule> rules(ObjectNode role) {
    if (selectors(role).isEmpty()) {
      return own(role);
    }
    Set<Rule> rules = new LinkedHashSet<>();
    collect(role, rules, new HashSet<>());
    return new ArrayList<>(rules);
  }

  /** The rules as they stand in the role, each once. */
  List<Rule> own(ObjectNode role) {
    String version = Nodes.resourceVersion(role);
    if (version.isEmpty()) {
      return distinct(role);
    }
    if (known.size() > KNOWN) {
      known.clear();
    }
    return known.computeIfAbsent(Nodes.uid(role) + " " + version, key -> distinct(role));
  }

  private static List<Rule> distinct(ObjectNode role) {
    return Rule.of(role).stream().distinct().toList();
  }

  private static List<JsonNode> selectors(ObjectNode role) {
    return Nodes.list(role, "aggregationRule", "clusterRoleSelectors");
  }

  private void collect(ObjectNode role, Set<Rule> rules, Set<String> seen) {
    if (!seen.add(Nodes.name(role))) {
      return;
    }
    rules.addAll(own(role));
    List<JsonNode> selectors = selectors(role);
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
