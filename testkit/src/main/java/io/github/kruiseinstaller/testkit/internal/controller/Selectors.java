package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Label selectors. */
final class Selectors {
  private Selectors() {}

  /** Whether a LabelSelector matches; an empty one matches everything, a missing one nothing. */
  static boolean matches(JsonNode selector, Map<String, String> labels) {
    if (!selector.isObject()) {
      return false;
    }
    return matches(Nodes.texts(selector, "matchLabels"), labels)
        && Nodes.list(selector, "matchExpressions").stream()
            .allMatch(expression -> holds(expression, labels));
  }

  /** Whether all these labels are there. */
  static boolean matches(Map<String, String> wanted, Map<String, String> labels) {
    return labels.entrySet().containsAll(wanted.entrySet());
  }

  /** Whether one requirement of a label, node or toleration-like selector holds. */
  static boolean holds(JsonNode expression, Map<String, String> labels) {
    String value = labels.get(Nodes.textOrEmpty(expression, "key"));
    Set<String> values =
        Nodes.list(expression, "values").stream().map(JsonNode::asText).collect(Collectors.toSet());
    return switch (Nodes.textOrEmpty(expression, "operator")) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      case "Gt" -> compares(value, values, 1);
      case "Lt" -> compares(value, values, -1);
      default -> false;
    };
  }

  private static boolean compares(@Nullable String value, Set<String> than, int sign) {
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
