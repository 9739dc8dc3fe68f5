package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether a node takes a pod, wherever others are; {@link PodTopology} is about those. */
final class NodeFit {
  private static final Set<String> DO_NOT_SCHEDULE = Set.of("NoSchedule", "NoExecute");
  private static final long PODS = 110;

  private NodeFit() {}

  /**
   * Why not.
   *
   * @param reasons as the scheduler words them; none when it does
   * @param resolvable whether other pods would have to go, and then it would
   */
  record Verdict(List<String> reasons, boolean resolvable) {}

  /** What a scheduler finds; others are the pods on the node. */
  static Verdict of(JsonNode pod, JsonNode node, Collection<? extends JsonNode> others) {
    String first = firm(pod, node);
    if (!first.isEmpty()) {
      return new Verdict(List.of(first), false);
    }
    List<String> reasons = new ArrayList<>();
    if (portsTaken(pod, others)) {
      return new Verdict(
          List.of("node(s) didn't have free ports for the requested pod ports"), true);
    }
    if (others.size() + 1 > capacity(node, "pods", BigDecimal.valueOf(PODS)).longValue()) {
      reasons.add("Too many pods");
    }
    for (String resource : List.of("cpu", "memory", "ephemeral-storage")) {
      BigDecimal wanted = ResourceAmounts.requested(pod, resource);
      BigDecimal used =
          others.stream()
              .map(other -> ResourceAmounts.requested(other, resource))
              .reduce(BigDecimal.ZERO, BigDecimal::add);
      if (wanted.signum() > 0
          && used.add(wanted).compareTo(capacity(node, resource, BigDecimal.ZERO)) > 0) {
        reasons.add("Insufficient " + resource);
      }
    }
    return new Verdict(reasons, true);
  }

  /** Why a node that is empty would not take the pod either; empty when it would. */
  static String firm(JsonNode pod, JsonNode node) {
    if (node.path("spec").path("unschedulable").asBoolean()
        && !tolerates(pod, "node.kubernetes.io/unschedulable", "", "NoSchedule")) {
      return "node(s) were unschedulable";
    }
    Optional<JsonNode> taint = untolerated(pod, node);
    if (taint.isPresent()) {
      return "node(s) had untolerated taint {"
          + Nodes.textOrEmpty(taint.get(), "key")
          + ": "
          + Nodes.textOrEmpty(taint.get(), "value")
          + "}";
    }
    return matches(pod, node) ? "" : "node(s) didn't match Pod's node affinity/selector";
  }

  /** The first taint that keeps the pod away. */
  static Optional<JsonNode> untolerated(JsonNode pod, JsonNode node) {
    return Nodes.list(node, "spec", "taints").stream()
        .filter(taint -> DO_NOT_SCHEDULE.contains(Nodes.textOrEmpty(taint, "effect")))
        .filter(taint -> !tolerates(pod, taint))
        .findFirst();
  }

  private static boolean tolerates(JsonNode pod, JsonNode taint) {
    return tolerates(
        pod,
        Nodes.textOrEmpty(taint, "key"),
        Nodes.textOrEmpty(taint, "value"),
        Nodes.textOrEmpty(taint, "effect"));
  }

  /**
   * Whether a pod that a node would not take may stay there if it is there already: taints other
   * than NoExecute only keep new ones away.
   */
  static boolean mayStay(JsonNode pod, JsonNode node) {
    return matches(pod, node)
        && Nodes.list(node, "spec", "taints").stream()
            .filter(taint -> Nodes.textOrEmpty(taint, "effect").equals("NoExecute"))
            .allMatch(taint -> tolerates(pod, taint));
  }

  static boolean tolerates(JsonNode pod, String key, String value, String effect) {
    for (JsonNode toleration : Nodes.list(pod, "spec", "tolerations")) {
      String wantedEffect = Nodes.textOrEmpty(toleration, "effect");
      String wantedKey = Nodes.textOrEmpty(toleration, "key");
      boolean exists = Nodes.textOrEmpty(toleration, "operator").equals("Exists");
      if ((wantedEffect.isEmpty() || wantedEffect.equals(effect))
          && (wantedKey.isEmpty() ? exists : wantedKey.equals(key))
          && (exists || Nodes.textOrEmpty(toleration, "value").equals(value))) {
        return true;
      }
    }
    return false;
  }

  /** Node selector and required node affinity. */
  static boolean matches(JsonNode pod, JsonNode node) {
    Map<String, String> labels = Nodes.labels(node);
    if (!Selectors.matches(Nodes.texts(pod, "spec", "nodeSelector"), labels)) {
      return false;
    }
    JsonNode required =
        Nodes.at(
            pod,
            "spec",
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution");
    if (required.isMissingNode()) {
      return true;
    }
    Map<String, String> fields = Map.of("metadata.name", Nodes.name(node));
    return Nodes.list(required, "nodeSelectorTerms").stream()
        .anyMatch(
            term ->
                !(Nodes.list(term, "matchExpressions").isEmpty()
                        && Nodes.list(term, "matchFields").isEmpty())
                    && Nodes.list(term, "matchExpressions").stream()
                        .allMatch(expression -> Selectors.holds(expression, labels))
                    && Nodes.list(term, "matchFields").stream()
                        .allMatch(field -> Selectors.holds(field, fields)));
  }

  private static boolean portsTaken(JsonNode pod, Collection<? extends JsonNode> others) {
    Set<String> wanted = hostPorts(pod);
    return others.stream().anyMatch(other -> hostPorts(other).stream().anyMatch(wanted::contains));
  }

  private static Set<String> hostPorts(JsonNode pod) {
    Set<String> ports = new HashSet<>();
    for (JsonNode container : Nodes.list(pod, "spec", "containers")) {
      for (JsonNode port : Nodes.list(container, "ports")) {
        long number = Nodes.number(0, port, "hostPort");
        if (number > 0) {
          ports.add(Nodes.text(port, "protocol").orElse("TCP") + number);
        }
      }
    }
    return ports;
  }

  private static BigDecimal capacity(JsonNode node, String resource, BigDecimal absent) {
    JsonNode there = Nodes.at(node, "status", "allocatable", resource);
    return there.isMissingNode() ? absent : ResourceAmounts.parse(there);
  }

  /** Whether a node is marked ready. */
  static boolean isReady(ObjectNode node) {
    return Conditions.isTrue(node.path("status"), "Ready");
  }
}
