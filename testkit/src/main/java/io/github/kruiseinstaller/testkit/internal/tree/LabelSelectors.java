package io.github.kruiseinstaller.testkit.internal.tree;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Label selectors as they stand in objects: {@code matchLabels} and {@code matchExpressions}. */
public final class LabelSelectors {
  private LabelSelectors() {}

  /** Whether a selector selects nothing in particular. */
  public static boolean isEmpty(JsonNode selector) {
    return Nodes.at(selector, "matchLabels").isEmpty()
        && Nodes.at(selector, "matchExpressions").isEmpty();
  }

  /** Whether a selector selects something with these labels; an empty one selects everything. */
  public static boolean matches(JsonNode selector, Map<String, String> labels) {
    return labels.entrySet().containsAll(Nodes.texts(selector, "matchLabels").entrySet())
        && Nodes.list(selector, "matchExpressions").stream()
            .allMatch(expression -> holds(expression, labels));
  }

  /** Whether one of {@code matchExpressions} holds; one with an unknown operator does not. */
  public static boolean holds(JsonNode expression, Map<String, String> labels) {
    String value = labels.get(Nodes.textOrEmpty(expression, "key"));
    List<String> values = values(expression);
    return switch (Nodes.textOrEmpty(expression, "operator")) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }

  /** One of {@code matchExpressions} as text, such as {@code tier in (back,front)}. */
  public static String text(JsonNode expression) {
    String key = Nodes.textOrEmpty(expression, "key");
    String values = values(expression).stream().sorted().collect(Collectors.joining(",", "(", ")"));
    return switch (Nodes.textOrEmpty(expression, "operator")) {
      case "In" -> key + " in " + values;
      case "NotIn" -> key + " notin " + values;
      case "DoesNotExist" -> "!" + key;
      default -> key;
    };
  }

  private static List<String> values(JsonNode expression) {
    return Nodes.list(expression, "values").stream().map(JsonNode::asText).toList();
  }
}
