package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Whether a pod may be where the other pods are: topology spread constraints that forbid, and
 * required affinity and anti-affinity to pods.
 */
final class PodTopology {
  private static final String SPREAD = "node(s) didn't match pod topology spread constraints";
  private static final NodeFit.Verdict FINE = new NodeFit.Verdict(List.of(), true);

  private final ObjectNode pod;
  private final Collection<ObjectNode> nodes;
  private final Map<String, List<ObjectNode>> podsByNode;
  private final Function<String, Map<String, String>> namespaceLabels;

  /**
   * What a scheduler sees when it comes to a pod.
   *
   * @param podsByNode those that have not ended
   * @param namespaceLabels of a namespace
   */
  PodTopology(
      ObjectNode pod,
      Collection<ObjectNode> nodes,
      Map<String, List<ObjectNode>> podsByNode,
      Function<String, Map<String, String>> namespaceLabels) {
    this.pod = pod;
    this.nodes = nodes;
    this.podsByNode = podsByNode;
    this.namespaceLabels = namespaceLabels;
  }

  /** What this says to a node that would take the pod otherwise. */
  NodeFit.Verdict of(ObjectNode node) {
    for (JsonNode constraint : constraints()) {
      if (!Nodes.labels(node).containsKey(key(constraint))) {
        return new NodeFit.Verdict(List.of(SPREAD + " (missing required label)"), false);
      }
      if (skew(constraint, node) > Nodes.number(1, constraint, "maxSkew")) {
        return new NodeFit.Verdict(List.of(SPREAD), true);
      }
    }
    List<JsonNode> wanted = terms(pod, "podAffinity");
    if (!wanted.isEmpty() && !hasCompany(wanted, node)) {
      return new NodeFit.Verdict(List.of("node(s) didn't match pod affinity rules"), false);
    }
    for (JsonNode term : terms(pod, "podAntiAffinity")) {
      if (near(node, key(term), other -> matches(pod, term, other))) {
        return new NodeFit.Verdict(List.of("node(s) didn't match pod anti-affinity rules"), true);
      }
    }
    return isUnwelcome(node)
        ? new NodeFit.Verdict(
            List.of("node(s) didn't satisfy existing pods anti-affinity rules"), true)
        : FINE;
  }

  private List<JsonNode> constraints() {
    return Nodes.list(pod, "spec", "topologySpreadConstraints").stream()
        .filter(each -> Nodes.textOrEmpty(each, "whenUnsatisfiable").equals("DoNotSchedule"))
        .toList();
  }

  private static String key(JsonNode rule) {
    return Nodes.textOrEmpty(rule, "topologyKey");
  }

  /** By how many more pods than the emptiest domain that of the node would have. */
  private long skew(JsonNode constraint, ObjectNode node) {
    Map<String, Long> byDomain = new HashMap<>();
    for (ObjectNode each : nodes) {
      if (isEligible(constraint, each)) {
        byDomain.merge(
            Nodes.labels(each).getOrDefault(key(constraint), ""),
            there(each).stream().filter(other -> isCounted(constraint, other)).count(),
            Long::sum);
      }
    }
    if (byDomain.isEmpty()) {
      return 0;
    }
    long least =
        byDomain.size() < Nodes.number(1, constraint, "minDomains")
            ? 0
            : Collections.min(byDomain.values());
    long own = isSelected(constraint, pod) ? 1 : 0;
    String domain = Nodes.labels(node).getOrDefault(key(constraint), "");
    return byDomain.getOrDefault(domain, 0L) + own - least;
  }

  private boolean isEligible(JsonNode constraint, ObjectNode node) {
    Set<String> labels = Nodes.labels(node).keySet();
    return constraints().stream().allMatch(each -> labels.contains(key(each)))
        && (Nodes.textOrEmpty(constraint, "nodeAffinityPolicy").equals("Ignore")
            || NodeFit.matches(pod, node))
        && (!Nodes.textOrEmpty(constraint, "nodeTaintsPolicy").equals("Honor")
            || NodeFit.untolerated(pod, node).isEmpty());
  }

  private boolean isCounted(JsonNode constraint, ObjectNode other) {
    // A selector without requirements selects everything, and yet the scheduler counts nothing.
    JsonNode selector = constraint.path("labelSelector");
    boolean selects =
        !Nodes.texts(selector, "matchLabels").isEmpty()
            || !Nodes.list(selector, "matchExpressions").isEmpty()
            || !Nodes.list(constraint, "matchLabelKeys").isEmpty();
    return selects
        && !Owners.isDeleting(other)
        && Nodes.namespace(other).equals(Nodes.namespace(pod))
        && isSelected(constraint, other);
  }

  private boolean isSelected(JsonNode constraint, ObjectNode other) {
    return Selectors.matches(constraint.path("labelSelector"), Nodes.labels(other))
        && sharesLabels(pod, constraint, other);
  }

  private List<ObjectNode> there(ObjectNode node) {
    return podsByNode.getOrDefault(Nodes.name(node), List.of());
  }

  private static List<JsonNode> terms(JsonNode pod, String kind) {
    return Nodes.list(
        pod, "spec", "affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution");
  }

  /** The first of pods that want to be together may be anywhere. */
  private boolean hasCompany(List<JsonNode> terms, ObjectNode node) {
    Map<String, String> labels = Nodes.labels(node);
    if (!terms.stream().allMatch(term -> labels.containsKey(key(term)))) {
      return false;
    }
    Predicate<ObjectNode> company =
        other -> terms.stream().allMatch(term -> matches(pod, term, other));
    return terms.stream().allMatch(term -> near(node, key(term), company))
        || (company.test(pod) && nodes.stream().flatMap(n -> there(n).stream()).noneMatch(company));
  }

  /** Whether such a pod is on the node or on another one of the same domain. */
  private boolean near(ObjectNode node, String key, Predicate<ObjectNode> which) {
    String domain = Nodes.labels(node).get(key);
    return domain != null
        && nodes.stream()
            .filter(other -> domain.equals(Nodes.labels(other).get(key)))
            .flatMap(other -> there(other).stream())
            .anyMatch(which);
  }

  /** Whether a pod that is there does not want this one near it. */
  private boolean isUnwelcome(ObjectNode node) {
    Set<String> keys =
        nodes.stream()
            .flatMap(other -> there(other).stream())
            .flatMap(other -> terms(other, "podAntiAffinity").stream())
            .map(PodTopology::key)
            .collect(Collectors.toSet());
    return keys.stream()
        .anyMatch(
            key ->
                near(
                    node,
                    key,
                    other ->
                        terms(other, "podAntiAffinity").stream()
                            .anyMatch(term -> key(term).equals(key) && matches(other, term, pod))));
  }

  /** Whether a term of one pod means another one. */
  private boolean matches(ObjectNode owner, JsonNode term, ObjectNode other) {
    String namespace = Nodes.namespace(other);
    List<JsonNode> named = Nodes.list(term, "namespaces");
    JsonNode selector = term.path("namespaceSelector");
    boolean isOwn =
        named.isEmpty() && !selector.isObject() && namespace.equals(Nodes.namespace(owner));
    boolean isNamed = named.stream().anyMatch(name -> name.asText().equals(namespace));
    boolean isSelected =
        selector.isObject() && Selectors.matches(selector, namespaceLabels.apply(namespace));
    return (isOwn || isNamed || isSelected)
        && Selectors.matches(term.path("labelSelector"), Nodes.labels(other))
        && sharesLabels(owner, term, other);
  }

  private static boolean sharesLabels(ObjectNode owner, JsonNode rule, ObjectNode other) {
    Map<String, String> own = Nodes.labels(owner);
    Map<String, String> its = Nodes.labels(other);
    Predicate<JsonNode> isSame =
        key -> own.getOrDefault(key.asText(), "").equals(its.get(key.asText()));
    return Nodes.list(rule, "matchLabelKeys").stream()
            .filter(key -> own.containsKey(key.asText()))
            .allMatch(isSame)
        && Nodes.list(rule, "mismatchLabelKeys").stream()
            .filter(key -> own.containsKey(key.asText()))
            .noneMatch(isSame);
  }
}
