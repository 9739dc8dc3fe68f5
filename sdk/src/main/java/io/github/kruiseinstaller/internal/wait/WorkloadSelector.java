package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A workload's selector in the text form that a listing takes. */
public final class WorkloadSelector {
  private WorkloadSelector() {}

  /** The text form of {@code spec.selector}. */
  public static String text(Manifest workload) {
    List<String> terms = new ArrayList<>();
    workload
        .map("spec", "selector", "matchLabels")
        .forEach((key, value) -> terms.add(key + "=" + value));
    for (Map<String, @Nullable Object> term :
        workload.maps("spec", "selector", "matchExpressions")) {
      terms.add(expression(term));
    }
    return String.join(",", terms);
  }

  private static String expression(Map<String, @Nullable Object> term) {
    String key = String.valueOf(term.get("key"));
    String values =
        String.join(",", Trees.list(term, "values").stream().map(String::valueOf).toList());
    return switch (String.valueOf(term.get("operator"))) {
      case "In" -> key + " in (" + values + ")";
      case "NotIn" -> key + " notin (" + values + ")";
      case "DoesNotExist" -> "!" + key;
      default -> key;
    };
  }
}
