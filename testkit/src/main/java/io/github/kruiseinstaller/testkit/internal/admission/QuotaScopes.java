package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.LabelSelectors;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which pods a quota with scopes is about; no other kind has any. */
final class QuotaScopes {
  private static final List<String> TIMES =
      List.of(
          "requiredDuringSchedulingIgnoredDuringExecution",
          "preferredDuringSchedulingIgnoredDuringExecution");

  private QuotaScopes() {}

  static boolean none(JsonNode quota) {
    return Nodes.list(quota, "spec", "scopes").isEmpty() && expressions(quota).isEmpty();
  }

  static boolean cover(JsonNode quota, ObjectNode pod) {
    return Nodes.list(quota, "spec", "scopes").stream().allMatch(scope -> isIn(scope.asText(), pod))
        && expressions(quota).stream().allMatch(expression -> holds(expression, pod));
  }

  private static List<JsonNode> expressions(JsonNode quota) {
    return Nodes.list(quota, "spec", "scopeSelector", "matchExpressions");
  }

  private static boolean holds(JsonNode expression, ObjectNode pod) {
    String scope = Nodes.textOrEmpty(expression, "scopeName");
    if (!scope.equals("PriorityClass")) {
      return isIn(scope, pod);
    }
    String priority = priorityClass(pod);
    ObjectNode requirement = expression.deepCopy();
    return LabelSelectors.holds(
        requirement.put("key", scope), priority.isEmpty() ? Map.of() : Map.of(scope, priority));
  }

  private static String priorityClass(ObjectNode pod) {
    return Nodes.textOrEmpty(pod, "spec", "priorityClassName");
  }

  private static boolean isIn(String scope, ObjectNode pod) {
    return switch (scope) {
      case "Terminating" -> hasDeadline(pod);
      case "NotTerminating" -> !hasDeadline(pod);
      case "BestEffort" -> isBestEffort(pod);
      case "NotBestEffort" -> !isBestEffort(pod);
      case "PriorityClass" -> !priorityClass(pod).isEmpty();
      case "CrossNamespacePodAffinity" -> looksIntoOtherNamespaces(pod);
      default -> false;
    };
  }

  private static boolean hasDeadline(ObjectNode pod) {
    return Nodes.number(-1, pod, "spec", "activeDeadlineSeconds") >= 0;
  }

  private static boolean isBestEffort(ObjectNode pod) {
    String said = Nodes.textOrEmpty(pod, "status", "qosClass");
    if (!said.isEmpty()) {
      return said.equals("BestEffort");
    }
    JsonNode spec = Nodes.at(pod, "spec");
    return Stream.of("requests", "limits")
        .map(kind -> PodResources.of(spec, kind))
        .allMatch(
            sum ->
                Stream.of("cpu", "memory")
                    .allMatch(name -> sum.getOrDefault(name, Quantity.ZERO).isZero()));
  }

  private static boolean looksIntoOtherNamespaces(ObjectNode pod) {
    return Stream.of("podAffinity", "podAntiAffinity")
        .flatMap(
            kind -> TIMES.stream().map(when -> Nodes.list(pod, "spec", "affinity", kind, when)))
        .flatMap(List::stream)
        .map(term -> term.path("podAffinityTerm").isObject() ? term.path("podAffinityTerm") : term)
        .anyMatch(
            term ->
                !Nodes.list(term, "namespaces").isEmpty() || term.hasNonNull("namespaceSelector"));
  }
}
