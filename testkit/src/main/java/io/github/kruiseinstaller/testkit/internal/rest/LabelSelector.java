package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which labels an object must have. Immutable. */
final class LabelSelector {
  /** Selects everything. */
  static final LabelSelector EVERYTHING = new LabelSelector(List.of());

  private final List<Requirement> requirements;

  LabelSelector(List<Requirement> requirements) {
    this.requirements =
        requirements.stream().sorted(Comparator.comparing(Requirement::key)).toList();
  }

  /** How a label is compared. */
  enum Operator {
    EQUALS("="),
    DOUBLE_EQUALS("=="),
    NOT_EQUALS("!="),
    IN("in"),
    NOT_IN("notin"),
    EXISTS("exists"),
    DOES_NOT_EXIST("!"),
    GREATER(">"),
    LESS("<");

    private final String text;

    Operator(String text) {
      this.text = text;
    }
  }

  /**
   * One condition.
   *
   * @param key of the label
   * @param values sorted, each once
   */
  record Requirement(String key, Operator operator, List<String> values) {
    boolean matches(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case EQUALS, DOUBLE_EQUALS, IN -> value != null && values.contains(value);
        case NOT_EQUALS, NOT_IN -> value == null || !values.contains(value);
        case EXISTS -> value != null;
        case DOES_NOT_EXIST -> value == null;
        case GREATER -> number(value).filter(there -> there > bound()).isPresent();
        case LESS -> number(value).filter(there -> there < bound()).isPresent();
      };
    }

    private long bound() {
      return Long.parseLong(values.get(0));
    }

    private static Optional<Long> number(@Nullable String value) {
      try {
        return value == null ? Optional.empty() : Optional.of(Long.valueOf(value));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    @Override
    public String toString() {
      return switch (operator) {
        case EXISTS -> key;
        case DOES_NOT_EXIST -> "!" + key;
        case IN, NOT_IN -> key + " " + operator.text + " (" + String.join(",", values) + ")";
        default -> key + operator.text + values.get(0);
      };
    }
  }

  /**
   * Reads the text form.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400
   */
  static LabelSelector parse(String text) {
    return text.isBlank() ? EVERYTHING : new LabelSelector(new LabelSelectorParser(text).parse());
  }

  /**
   * Reads a selector inside an object, with matchLabels and matchExpressions.
   *
   * @return empty when an operator is unknown
   */
  static Optional<LabelSelector> of(JsonNode selector) {
    List<Requirement> requirements = new ArrayList<>();
    Nodes.texts(selector, "matchLabels")
        .forEach((key, value) -> requirements.add(equal(key, value)));
    for (JsonNode expression : Nodes.list(selector, "matchExpressions")) {
      Optional<Operator> operator = operator(expression.path("operator").asText());
      if (operator.isEmpty()) {
        return Optional.empty();
      }
      List<String> values =
          Nodes.list(expression, "values").stream().map(JsonNode::asText).toList();
      requirements.add(
          new Requirement(
              expression.path("key").asText(), operator.get(), List.copyOf(new TreeSet<>(values))));
    }
    return Optional.of(new LabelSelector(requirements));
  }

  /** Wants all of these labels. */
  static LabelSelector ofLabels(Map<String, String> labels) {
    return new LabelSelector(
        labels.entrySet().stream().map(label -> equal(label.getKey(), label.getValue())).toList());
  }

  private static Requirement equal(String key, String value) {
    return new Requirement(key, Operator.EQUALS, List.of(value));
  }

  private static Optional<Operator> operator(String name) {
    return switch (name) {
      case "In" -> Optional.of(Operator.IN);
      case "NotIn" -> Optional.of(Operator.NOT_IN);
      case "Exists" -> Optional.of(Operator.EXISTS);
      case "DoesNotExist" -> Optional.of(Operator.DOES_NOT_EXIST);
      default -> Optional.empty();
    };
  }

  boolean matches(Map<String, String> labels) {
    for (Requirement requirement : requirements) {
      if (!requirement.matches(labels)) {
        return false;
      }
    }
    return true;
  }

  boolean isEverything() {
    return requirements.isEmpty();
  }

  @Override
  public String toString() {
    return requirements.stream().map(Requirement::toString).collect(Collectors.joining(","));
  }
}
