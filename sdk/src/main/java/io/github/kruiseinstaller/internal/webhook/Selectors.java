package io.github.kruiseinstaller.internal.webhook;

import io.github.kruiseinstaller.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Kubernetes' label selectors, as the API server evaluates them for admission webhooks. */
public final class Selectors {
  private Selectors() {}

  /**
   * Whether labels match. An absent or empty selector matches everything; {@code NotIn} and {@code
   * DoesNotExist} match labels that lack the key. An operator that is not known matches, because an
   * interception that cannot be ruled out counts as one.
   *
   * @param selector a {@code LabelSelector} as a raw tree, or null
   */
  public static boolean matches(@Nullable Object selector, Map<String, String> labels) {
    return unmetBy(selector, labels).isEmpty();
  }

  /** The requirements that labels do not meet, as {@code key}, {@code operator}, {@code values}. */
  static List<Requirement> unmetBy(@Nullable Object selector, Map<String, String> labels) {
    return requirements(selector).stream().filter(one -> !one.holds(labels)).toList();
  }

  /** All requirements of a selector; {@code matchLabels} as {@code In} with one value. */
  static List<Requirement> requirements(@Nullable Object selector) {
    List<Requirement> all = new ArrayList<>();
    Trees.map(selector, "matchLabels")
        .forEach(
            (key, value) -> all.add(new Requirement(key, "In", List.of(String.valueOf(value)))));
    for (Map<String, @Nullable Object> expression : Trees.maps(selector, "matchExpressions")) {
      all.add(
          new Requirement(
              String.valueOf(expression.get("key")),
              String.valueOf(expression.get("operator")),
              Trees.list(expression, "values").stream().map(String::valueOf).toList()));
    }
    return all;
  }

  /** The selector as kubectl would take it, such as {@code a=b,!c}; empty when it matches all. */
  public static String describe(@Nullable Object selector) {
    return String.join(",", requirements(selector).stream().map(Requirement::toString).toList());
  }

  /** One requirement of a selector. */
  record Requirement(String key, String operator, List<String> values) {
    boolean holds(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case "In" -> value != null && values.contains(value);
        case "NotIn" -> value == null || !values.contains(value);
        case "Exists" -> value != null;
        case "DoesNotExist" -> value == null;
        default -> true;
      };
    }

    @Override
    public String toString() {
      String list = "(" + String.join(",", values) + ")";
      return switch (operator) {
        case "In" -> values.size() == 1 ? key + "=" + values.get(0) : key + " in " + list;
        case "NotIn" -> values.size() == 1 ? key + "!=" + values.get(0) : key + " notin " + list;
        case "Exists" -> key;
        case "DoesNotExist" -> "!" + key;
        default -> key + " " + operator + " " + list;
      };
    }
  }
}
