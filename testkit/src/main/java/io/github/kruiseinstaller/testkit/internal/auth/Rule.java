package io.github.kruiseinstaller.testkit.internal.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule of a Role or ClusterRole: the verbs are allowed on these resources, or on these paths.
 *
 * @param verbs {@code *} for all
 * @param apiGroups {@code *} for all
 * @param resources {@code pods}, {@code pods/log}, <code>*&#47;scale</code>, {@code *}
 * @param resourceNames empty for all
 * @param nonResourceUrls may end with {@code *}
 */
public record Rule(
    List<String> verbs,
    List<String> apiGroups,
    List<String> resources,
    List<String> resourceNames,
    List<String> nonResourceUrls) {
  private static final String ALL = "*";

  /** What a cluster-admin holds. */
  public static final List<Rule> EVERYTHING =
      List.of(
          resources(List.of(ALL), List.of(ALL), List.of(ALL)), urls(List.of(ALL), List.of(ALL)));

  /** Copies the lists. */
  public Rule {
    verbs = List.copyOf(verbs);
    apiGroups = List.copyOf(apiGroups);
    resources = List.copyOf(resources);
    resourceNames = List.copyOf(resourceNames);
    nonResourceUrls = List.copyOf(nonResourceUrls);
  }

  /** A rule for resources of any name. */
  public static Rule resources(List<String> verbs, List<String> groups, List<String> resources) {
    return new Rule(verbs, groups, resources, List.of(), List.of());
  }

  /** A rule for paths. */
  public static Rule urls(List<String> verbs, List<String> urls) {
    return new Rule(verbs, List.of(), List.of(), List.of(), urls);
  }

  /** The rules of a role, as they stand in it. */
  public static List<Rule> of(JsonNode role) {
    return Nodes.list(role, "rules").stream()
        .map(
            rule ->
                new Rule(
                    texts(rule, "verbs"),
                    texts(rule, "apiGroups"),
                    texts(rule, "resources"),
                    texts(rule, "resourceNames"),
                    texts(rule, "nonResourceURLs")))
        .toList();
  }

  private static List<String> texts(JsonNode rule, String key) {
    return Nodes.list(rule, key).stream().map(JsonNode::asText).toList();
  }

  /** Whether it lets this be done. */
  public boolean allows(Access access) {
    if (!hasOrAll(verbs, access.verb())) {
      return false;
    }
    if (!access.isResource()) {
      return nonResourceUrls.stream().anyMatch(url -> covers(url, access.path()));
    }
    return hasOrAll(apiGroups, access.group())
        && allowsResource(access)
        && (resourceNames.isEmpty() || resourceNames.contains(access.name()));
  }

  private boolean allowsResource(Access access) {
    return hasOrAll(resources, access.combinedResource())
        || (!access.subresource().isEmpty() && resources.contains("*/" + access.subresource()));
  }

  /** This rule as rules of one verb, one resource and one name each. */
  List<Rule> atoms() {
    List<Rule> atoms = new ArrayList<>();
    for (String group : apiGroups) {
      for (String resource : resources) {
        for (String verb : verbs) {
          Rule atom = resources(List.of(verb), List.of(group), List.of(resource));
          if (resourceNames.isEmpty()) {
            atoms.add(atom);
          }
          resourceNames.forEach(name -> atoms.add(atom.named(name)));
        }
      }
    }
    for (String url : nonResourceUrls) {
      verbs.forEach(verb -> atoms.add(urls(List.of(verb), List.of(url))));
    }
    return atoms;
  }

  private Rule named(String name) {
    return new Rule(verbs, apiGroups, resources, List.of(name), nonResourceUrls);
  }

  /** The same rule with more verbs. */
  Rule withVerbs(List<String> more) {
    List<String> all = new ArrayList<>(verbs);
    all.addAll(more);
    return new Rule(all, apiGroups, resources, resourceNames, nonResourceUrls);
  }

  /** Whether whoever holds this rule holds that one, which must be an atom. */
  boolean covers(Rule atom) {
    return (verbs.contains(ALL) || verbs.containsAll(atom.verbs))
        && (apiGroups.contains(ALL) || apiGroups.containsAll(atom.apiGroups))
        && atom.resources.stream().allMatch(this::coversResource)
        && (resourceNames.isEmpty()
            || (!atom.resourceNames.isEmpty() && resourceNames.containsAll(atom.resourceNames)))
        && atom.nonResourceUrls.stream()
            .allMatch(path -> nonResourceUrls.stream().anyMatch(own -> covers(own, path)));
  }

  private boolean coversResource(String resource) {
    int slash = resource.indexOf('/');
    return hasOrAll(resources, resource)
        || (slash >= 0 && resources.contains("*" + resource.substring(slash)));
  }

  private static boolean covers(String pattern, String path) {
    return pattern.equals(ALL)
        || pattern.equals(path)
        || (pattern.endsWith("*") && path.startsWith(pattern.replaceAll("\\*+$", "")));
  }

  private static boolean hasOrAll(List<String> set, String element) {
    return set.contains(ALL) || set.contains(element);
  }

  /** As escalation errors show it: <code>{APIGroups:["apps"], Resources:["x"], …}</code>. */
  String compact() {
    List<String> parts = new ArrayList<>();
    addPart(parts, "APIGroups", apiGroups);
    addPart(parts, "Resources", resources);
    addPart(parts, "NonResourceURLs", nonResourceUrls);
    addPart(parts, "ResourceNames", resourceNames);
    addPart(parts, "Verbs", verbs);
    return "{" + String.join(", ", parts) + "}";
  }

  private static void addPart(List<String> parts, String name, List<String> values) {
    if (!values.isEmpty()) {
      parts.add(name + ":" + Quoted.list(values));
    }
  }

  /** As it stands in a role. */
  public ObjectNode json() {
    ObjectNode rule = Json.object();
    put(rule, "verbs", verbs);
    put(rule, "apiGroups", apiGroups);
    put(rule, "resources", resources);
    put(rule, "resourceNames", resourceNames);
    put(rule, "nonResourceURLs", nonResourceUrls);
    return rule;
  }

  private static void put(ObjectNode rule, String key, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode list = rule.putArray(key);
      values.forEach(list::add);
    }
  }
}
