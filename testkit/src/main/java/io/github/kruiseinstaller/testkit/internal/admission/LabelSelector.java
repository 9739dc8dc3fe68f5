package io.github.kruiseinstaller.testkit.internal.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.LabelSelectors;
import java.util.Map;

/** A selector in its object form. */
final class LabelSelector {
  private final JsonNode selector;

  LabelSelector(JsonNode selector) {
    this.selector = selector;
  }

  /** Whether it selects everything. */
  boolean isEmpty() {
    return LabelSelectors.isEmpty(selector);
  }

  /** Whether it selects something with these labels. */
  boolean matches(Map<String, String> labels) {
    return LabelSelectors.matches(selector, labels);
  }
}
