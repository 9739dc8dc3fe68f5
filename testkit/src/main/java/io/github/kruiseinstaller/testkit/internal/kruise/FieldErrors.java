package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Allowed;
import io.github.kruiseinstaller.testkit.internal.kruise.AdmissionHandler.Verdict.Denied;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is wrong with an object, worded as Kubernetes' field errors are. Used by one thread. */
final class FieldErrors {
  private final List<String> errors = new ArrayList<>();

  /** A value is missing; {@code detail} may be empty. */
  void required(String field, String detail) {
    errors.add(field + ": Required value" + (detail.isEmpty() ? "" : ": " + detail));
  }

  /** A value is wrong; in the form that Go prints it in. */
  void invalid(String field, String value, String detail) {
    errors.add(field + ": Invalid value: " + value + (detail.isEmpty() ? "" : ": " + detail));
  }

  /** A value is none of those that are supported. */
  void unsupported(String field, String value, List<String> supported) {
    errors.add(
        field
            + ": Unsupported value: "
            + quoted(value)
            + ": supported values: "
            + supported.stream().map(FieldErrors::quoted).collect(Collectors.joining(", ")));
  }

  /** A value must not be there. */
  void forbidden(String field, String detail) {
    errors.add(field + ": Forbidden: " + detail);
  }

  /** Denied with all of them at once, or allowed when there are none. */
  Verdict verdict() {
    List<String> distinct = new ArrayList<>(new LinkedHashSet<>(errors));
    if (distinct.isEmpty()) {
      return new Allowed();
    }
    String all = String.join(", ", distinct);
    return new Denied(422, distinct.size() == 1 ? all : "[" + all + "]");
  }

  /** A text as Go prints it. */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** A map of texts as Go prints it. */
  static String map(Map<String, String> map) {
    if (map.isEmpty()) {
      return "map[string]string(nil)";
    }
    return new TreeMap<>(map)
        .entrySet().stream()
            .map(entry -> quoted(entry.getKey()) + ":" + quoted(entry.getValue()))
            .collect(Collectors.joining(", ", "map[string]string{", "}"));
  }

  /** A label selector as Go prints it. */
  static String selector(JsonNode selector) {
    List<JsonNode> expressions = Nodes.list(selector, "matchExpressions");
    String all =
        expressions.isEmpty()
            ? "(nil)"
            : expressions.stream()
                .map(FieldErrors::expression)
                .collect(Collectors.joining(", ", "{", "}"));
    return "v1.LabelSelector{MatchLabels:"
        + map(Nodes.texts(selector, "matchLabels"))
        + ", MatchExpressions:[]v1.LabelSelectorRequirement"
        + all
        + "}";
  }

  private static String expression(JsonNode expression) {
    List<JsonNode> values = Nodes.list(expression, "values");
    String all =
        values.isEmpty()
            ? "(nil)"
            : values.stream()
                .map(value -> quoted(value.asText()))
                .collect(Collectors.joining(", ", "{", "}"));
    return "v1.LabelSelectorRequirement{Key:"
        + quoted(Nodes.textOrEmpty(expression, "key"))
        + ", Operator:"
        + quoted(Nodes.textOrEmpty(expression, "operator"))
        + ", Values:[]string"
        + all
        + "}";
  }
}
