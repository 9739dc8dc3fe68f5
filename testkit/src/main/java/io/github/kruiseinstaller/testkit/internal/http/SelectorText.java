package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.LabelSelectors;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Label selectors as text. */
final class SelectorText {
  private SelectorText() {}

  /** A LabelSelector, a plain map of labels, or a text that is one already; or empty. */
  static String of(JsonNode selector) {
    if (selector.isTextual()) {
      return selector.textValue();
    }
    boolean structured = selector.has("matchLabels") || selector.has("matchExpressions");
    List<String> parts = new ArrayList<>();
    Map<String, String> labels =
        structured ? Nodes.texts(selector, "matchLabels") : Nodes.texts(selector);
    labels.forEach((key, value) -> parts.add(key + "=" + value));
    for (JsonNode expression : Nodes.list(selector, "matchExpressions")) {
      parts.add(LabelSelectors.text(expression));
    }
    return parts.stream().sorted().collect(Collectors.joining(","));
  }
}
