package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.Selectors;
import io.github.kruiseinstaller.model.Manifest;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a node takes Pods of a workload, and how many. */
final class NodeRoom {
  private static final Set<String> KEEP_AWAY = Set.of("NoSchedule", "NoExecute");
  private static final long DEFAULT_PODS = 110;

  private final Map<String, @Nullable Object> pod;

  /**
   * For Pods of one kind.
   *
   * @param podSpec their {@code spec}
   */
  NodeRoom(Map<String, @Nullable Object> podSpec) {
    this.pod = podSpec;
  }

  /** Why a node takes none of the Pods however empty it is; empty when it would. */
  Optional<String> refusal(Manifest node) {
    if (isNotReady(node)) {
      return Optional.of("is not Ready");
    }
    if (Boolean.TRUE.equals(node.at("spec", "unschedulable"))
        && !tolerates("node.kubernetes.io/unschedulable", "", "NoSchedule")) {
      return Optional.of("is cordoned");
    }
    for (Map<String, @Nullable Object> taint : node.maps("spec", "taints")) {
      String key = String.valueOf(taint.get("key"));
      String value = Objects.requireNonNullElse(Trees.text(taint, "value"), "");
      String effect = String.valueOf(taint.get("effect"));
      if (KEEP_AWAY.contains(effect) && !tolerates(key, value, effect)) {
        return Optional.of(
            "has the taint " + key + (value.isEmpty() ? "" : "=" + value) + ":" + effect);
      }
    }
    if (!Selectors.matches(Map.of("matchLabels", Trees.map(pod, "nodeSelector")), node.labels())
        || !hasAffinity(node)) {
      return Optional.of("is not what node selector and affinity ask for");
    }
    return Optional.empty();
  }

  /** How many of the Pods fit beside those that are there. */
  long fit(Manifest node, List<Manifest> others) {
    long free =
        PodDemand.amount(Objects.requireNonNullElse(allocatable(node, "pods"), DEFAULT_PODS))
                .longValue()
            - others.size();
    for (String resource : List.of("cpu", "memory", "ephemeral-storage")) {
      BigDecimal wanted = PodDemand.requests(pod, resource);
      if (wanted.signum() > 0) {
        free =
            Math.min(
                free,
                left(node, others, resource).divide(wanted, 0, RoundingMode.FLOOR).longValue());
      }
    }
    // Two Pods cannot listen on the same ports of one host.
    return Math.max(0, Boolean.TRUE.equals(pod.get("hostNetwork")) ? Math.min(1, free) : free);
  }

  /** What is left of the resources that the Pods ask for, for people. */
  Map<String, String> left(Manifest node, List<Manifest> others) {
    Map<String, String> left = new LinkedHashMap<>();
    for (String resource : List.of("cpu", "memory")) {
      left.put(
          resource,
          left(node, others, resource).max(BigDecimal.ZERO).stripTrailingZeros().toPlainString());
    }
    return left;
  }

  private static BigDecimal left(Manifest node, List<Manifest> others, String resource) {
    BigDecimal used =
        others.stream()
            .map(other -> PodDemand.requests(other.map("spec"), resource))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    return PodDemand.amount(allocatable(node, resource)).subtract(used);
  }

  private static @Nullable Object allocatable(Manifest node, String resource) {
    return node.at("status", "allocatable", resource);
  }

  private static boolean isNotReady(Manifest node) {
    return node.maps("status", "conditions").stream()
        .anyMatch(
            condition ->
                "Ready".equals(condition.get("type")) && !"True".equals(condition.get("status")));
  }

  private boolean tolerates(String key, String value, String effect) {
    return Trees.maps(pod, "tolerations").stream()
        .anyMatch(
            toleration -> {
              String itsKey = Objects.requireNonNullElse(Trees.text(toleration, "key"), "");
              String itsEffect = Objects.requireNonNullElse(Trees.text(toleration, "effect"), "");
              String itsValue = Objects.requireNonNullElse(Trees.text(toleration, "value"), "");
              boolean exists = "Exists".equals(toleration.get("operator"));
              return (itsEffect.isEmpty() || itsEffect.equals(effect))
                  && (itsKey.isEmpty() ? exists : itsKey.equals(key))
                  && (exists || itsValue.equals(value));
            });
  }

  private boolean hasAffinity(Manifest node) {
    List<Map<String, @Nullable Object>> terms =
        Trees.maps(
            pod,
            "affinity",
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "nodeSelectorTerms");
    return terms.isEmpty() || terms.stream().anyMatch(term -> isMet(term, node));
  }

  private static boolean isMet(Map<String, @Nullable Object> term, Manifest node) {
    List<?> labels = Trees.list(term, "matchExpressions");
    List<?> fields = Trees.list(term, "matchFields");
    return !(labels.isEmpty() && fields.isEmpty())
        && Selectors.matches(Map.of("matchExpressions", labels), node.labels())
        && Selectors.matches(
            Map.of("matchExpressions", fields), Map.of("metadata.name", node.name()));
  }
}
