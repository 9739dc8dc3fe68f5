package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.LabelSelectors;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Label selectors. */
final class Selectors {
  private Selectors() {}

  /** Whether a LabelSelector matches; an empty one matches everything, a missing one nothing. */
  static boolean matches(JsonNode selector, Map<String, String> labels) {
    return selector.isObject()
        && matches(Nodes.texts(selector, "matchLabels"), labels)
        && Nodes.list(selector, "matchExpressions").stream()
            .allMatch(expression -> holds(expression, labels));
  }

  /** Whether all these labels are there. */
  static boolean matches(Map<String, String> wanted, Map<String, String> labels) {
    return labels.entrySet().containsAll(wanted.entrySet());
  }

  /**
   * Whether one requirement holds, of a label selector or of a node selector, which can compare.
   */
  static boolean holds(JsonNode expression, Map<String, String> labels) {
    return switch (Nodes.textOrEmpty(expression, "operator")) {
      case "Gt" -> compares(expression, labels, 1);
      case "Lt" -> compares(expression, labels, -1);
      default -> LabelSelectors.holds(expression, labels);
    };
  }

  private static boolean compares(JsonNode expression, Map<String, String> labels, int sign) {
    String value = labels.get(Nodes.textOrEmpty(expression, "key"));
    Set<String> than =
        Nodes.list(expression, "values").stream().map(JsonNode::asText).collect(Collectors.toSet());
    try {
      return value != null
          && than.size() == 1
          && Integer.signum(
                  Long.compare(Long.parseLong(value), Long.parseLong(than.iterator().next())))
              == sign;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
