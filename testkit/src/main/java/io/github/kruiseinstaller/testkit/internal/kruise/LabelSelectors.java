package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Label selectors in objects. */
final class LabelSelectors {
  private LabelSelectors() {}

  /** Whether a selector selects nothing in particular. */
  static boolean isEmpty(JsonNode selector) {
    return Nodes.at(selector, "matchLabels").isEmpty()
        && Nodes.at(selector, "matchExpressions").isEmpty();
  }

  /** Whether labels match; an empty selector matches all. */
  static boolean matches(JsonNode selector, Map<String, String> labels) {
    boolean all = labels.entrySet().containsAll(Nodes.texts(selector, "matchLabels").entrySet());
    for (JsonNode expression : Nodes.list(selector, "matchExpressions")) {
      all &= matchesExpression(expression, labels);
    }
    return all;
  }

  private static boolean matchesExpression(JsonNode expression, Map<String, String> labels) {
    String key = Nodes.textOrEmpty(expression, "key");
    boolean present = labels.containsKey(key);
    boolean listed = values(expression).contains(labels.getOrDefault(key, ""));
    return switch (Nodes.textOrEmpty(expression, "operator")) {
      case "In" -> present && listed;
      case "NotIn" -> !present || !listed;
      case "Exists" -> present;
      case "DoesNotExist" -> !present;
      default -> false;
    };
  }

  private static List<String> values(JsonNode expression) {
    List<String> values = new ArrayList<>();
    Nodes.list(expression, "values").forEach(value -> values.add(value.asText()));
    return values;
  }

  /** The labels of a selector as text, such as {@code app=web,tier=front}. */
  static String text(JsonNode selector) {
    List<String> parts = new ArrayList<>();
    new TreeMap<>(Nodes.texts(selector, "matchLabels"))
        .forEach((key, value) -> parts.add(key + "=" + value));
    for (JsonNode expression : Nodes.list(selector, "matchExpressions")) {
      String key = Nodes.textOrEmpty(expression, "key");
      String values = String.join(",", values(expression).stream().sorted().toList());
      parts.add(
          switch (Nodes.textOrEmpty(expression, "operator")) {
            case "In" -> key + " in (" + values + ")";
            case "NotIn" -> key + " notin (" + values + ")";
            case "DoesNotExist" -> "!" + key;
            default -> key;
          });
    }
    return String.join(",", parts);
  }
}
