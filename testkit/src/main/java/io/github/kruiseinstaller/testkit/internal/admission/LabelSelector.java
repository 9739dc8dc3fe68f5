package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;

/** A selector in its object form. */
final class LabelSelector {
  private final JsonNode selector;

  LabelSelector(JsonNode selector) {
    this.selector = selector;
  }

  /** Whether it selects everything. */
  boolean isEmpty() {
    return Nodes.at(selector, "matchLabels").isEmpty()
        && Nodes.at(selector, "matchExpressions").isEmpty();
  }

  /** Whether it selects something with these labels. */
  boolean matches(Map<String, String> labels) {
    for (Map.Entry<String, String> wanted : Nodes.texts(selector, "matchLabels").entrySet()) {
      if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    return Nodes.list(selector, "matchExpressions").stream()
        .allMatch(expression -> matches(expression, labels));
  }

  private static boolean matches(JsonNode expression, Map<String, String> labels) {
    String value = labels.get(Nodes.textOrEmpty(expression, "key"));
    List<String> values = Nodes.list(expression, "values").stream().map(JsonNode::asText).toList();
    return switch (Nodes.textOrEmpty(expression, "operator")) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }
}
