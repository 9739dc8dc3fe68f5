package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What of a Pod says on which nodes it may run: spread, affinity, tolerations. */
final class PlacementValidation {
  private static final String REQUIRED = ".requiredDuringSchedulingIgnoredDuringExecution";
  private static final String PREFERRED = ".preferredDuringSchedulingIgnoredDuringExecution";
  private static final String IN_BOTH = "exists in both matchLabelKeys and ";
  private static final String NO_OPERATOR = "not a valid selector operator";

  private final FieldErrors errors;

  PlacementValidation(FieldErrors errors) {
    this.errors = errors;
  }

  /** {@code topologySpreadConstraints}. */
  void spread(String field, List<JsonNode> constraints) {
    for (int i = 0; i < constraints.size(); i++) {
      JsonNode constraint = constraints.get(i);
      String at = field + "[" + i + "]";
      long skew = Nodes.number(0, constraint, "maxSkew");
      if (skew <= 0) {
        errors.invalid(at + ".maxSkew", Json.of(skew), "must be greater than zero");
      }
      String key = Nodes.textOrEmpty(constraint, "topologyKey");
      if (key.isEmpty()) {
        errors.required(at + ".topologyKey", "can not be empty");
      }
      String action = Nodes.textOrEmpty(constraint, "whenUnsatisfiable");
      List<String> actions = List.of("DoNotSchedule", "ScheduleAnyway");
      if (!actions.contains(action)) {
        errors.unsupported(at + ".whenUnsatisfiable", Json.text(action), actions);
      }
      if (constraints.subList(i + 1, constraints.size()).stream()
          .anyMatch(
              other ->
                  Nodes.textOrEmpty(other, "topologyKey").equals(key)
                      && Nodes.textOrEmpty(other, "whenUnsatisfiable").equals(action))) {
        errors.duplicate(
            at + ".{topologyKey, whenUnsatisfiable}", Json.text("{" + key + ", " + action + "}"));
      }
      minDomains(at + ".minDomains", constraint.path("minDomains"), action);
      for (String policy : List.of("nodeAffinityPolicy", "nodeTaintsPolicy")) {
        errors.oneOf(at + "." + policy, constraint.path(policy), List.of("Honor", "Ignore"));
      }
      labelKeys(at, constraint);
      MetaValidation.selector(errors, at + ".labelSelector", constraint.path("labelSelector"));
    }
  }

  private void minDomains(String at, JsonNode least, String action) {
    if (!least.isNumber()) {
      return;
    }
    if (least.asLong() <= 0) {
      errors.invalid(at, least, "must be greater than zero");
    }
    if (!action.equals("DoNotSchedule")) {
      errors.invalid(
          at, least, "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action);
    }
  }

  /** {@code matchLabelKeys} and {@code mismatchLabelKeys} of a constraint or term. */
  private void labelKeys(String at, JsonNode term) {
    List<String> match = texts(term, "matchLabelKeys");
    List<String> mismatch = texts(term, "mismatchLabelKeys");
    JsonNode selector = term.path("labelSelector");
    labelNames(at + ".matchLabelKeys", match, selector);
    labelNames(at + ".mismatchLabelKeys", mismatch, selector);
    Set<String> selected = new HashSet<>();
    selector.path("matchLabels").fieldNames().forEachRemaining(selected::add);
    for (JsonNode expression : Nodes.list(selector, "matchExpressions")) {
      String key = Nodes.textOrEmpty(expression, "key");
      if (!selected.add(key) && match.contains(key)) {
        // The index is not one of this field: so the API server has it.
        errors.invalid(at + "[" + match.lastIndexOf(key) + "]", key, IN_BOTH + "labelSelector");
      }
    }
    for (int i = 0; i < match.size(); i++) {
      if (mismatch.contains(match.get(i))) {
        errors.invalid(
            at + ".matchLabelKeys[" + i + "]", match.get(i), IN_BOTH + "mismatchLabelKeys");
      }
    }
  }

  private void labelNames(String field, List<String> keys, JsonNode selector) {
    if (!keys.isEmpty() && !selector.isObject()) {
      errors.forbidden(field, "must not be specified when labelSelector is not set");
      return;
    }
    for (int i = 0; i < keys.size(); i++) {
      errors.invalid(field + "[" + i + "]", keys.get(i), Names.qualified(keys.get(i)));
    }
  }

  private static List<String> texts(JsonNode tree, String field) {
    return Nodes.list(tree, field).stream().map(JsonNode::asText).toList();
  }

  /** {@code affinity}. */
  void affinity(String field, JsonNode affinity) {
    nodes(field + ".nodeAffinity", affinity.path("nodeAffinity"));
    pods(field + ".podAffinity", affinity.path("podAffinity"));
    pods(field + ".podAntiAffinity", affinity.path("podAntiAffinity"));
  }

  private void nodes(String field, JsonNode affinity) {
    JsonNode required = affinity.path(REQUIRED.substring(1));
    if (required.isObject()) {
      String at = field + REQUIRED + ".nodeSelectorTerms";
      List<JsonNode> terms = Nodes.list(required, "nodeSelectorTerms");
      if (terms.isEmpty()) {
        errors.required(at, "must have at least one node selector term");
      }
      for (int i = 0; i < terms.size(); i++) {
        nodeTerm(at + "[" + i + "]", terms.get(i), true);
      }
    }
    int i = 0;
    for (JsonNode term : Nodes.list(affinity, PREFERRED.substring(1))) {
      String at = field + PREFERRED + "[" + i++ + "]";
      weight(at, term);
      nodeTerm(at + ".preference", term.path("preference"), false);
    }
  }

  private void weight(String at, JsonNode term) {
    long weight = Nodes.number(0, term, "weight");
    if (weight <= 0 || weight > 100) {
      errors.invalid(at + ".weight", Json.of(weight), "must be in the range 1-100");
    }
  }

  private void nodeTerm(String field, JsonNode term, boolean strict) {
    int i = 0;
    for (JsonNode expression : Nodes.list(term, "matchExpressions")) {
      labelRequirement(field + ".matchExpressions[" + i++ + "]", expression, strict);
    }
    i = 0;
    for (JsonNode expression : Nodes.list(term, "matchFields")) {
      fieldRequirement(field + ".matchFields[" + i++ + "]", expression);
    }
  }

  private void labelRequirement(String at, JsonNode requirement, boolean strict) {
    List<String> values = texts(requirement, "values");
    String operator = Nodes.textOrEmpty(requirement, "operator");
    switch (operator) {
      case "In", "NotIn" -> {
        if (values.isEmpty()) {
          errors.required(at + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.isEmpty()) {
          errors.forbidden(
              at + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
      }
      case "Gt", "Lt" -> {
        if (values.size() != 1) {
          errors.required(
              at + ".values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
        }
      }
      default -> errors.invalid(at + ".operator", operator, NO_OPERATOR);
    }
    String key = Nodes.textOrEmpty(requirement, "key");
    errors.invalid(at + ".key", key, Names.qualified(key));
    if (strict) {
      each(at + ".values", values, Names::labelValue);
    }
  }

  private void fieldRequirement(String at, JsonNode requirement) {
    List<String> values = texts(requirement, "values");
    String operator = Nodes.textOrEmpty(requirement, "operator");
    if (!List.of("In", "NotIn").contains(operator)) {
      errors.invalid(at + ".operator", operator, NO_OPERATOR);
    } else if (values.size() != 1) {
      errors.required(
          at + ".values",
          "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
    }
    String key = Nodes.textOrEmpty(requirement, "key");
    if (key.equals("metadata.name")) {
      each(at + ".values", values, Names::subdomain);
    } else {
      errors.invalid(at + ".key", key, "not a valid field selector key");
    }
  }

  private void each(
      String field, List<String> values, java.util.function.Function<String, List<String>> form) {
    for (int i = 0; i < values.size(); i++) {
      errors.invalid(field + "[" + i + "]", values.get(i), form.apply(values.get(i)));
    }
  }

  private void pods(String field, JsonNode affinity) {
    int i = 0;
    for (JsonNode term : Nodes.list(affinity, REQUIRED.substring(1))) {
      podTerm(field + REQUIRED + "[" + i++ + "]", term);
    }
    i = 0;
    for (JsonNode term : Nodes.list(affinity, PREFERRED.substring(1))) {
      String at = field + PREFERRED + "[" + i++ + "]";
      weight(at, term);
      podTerm(at + ".podAffinityTerm", term.path("podAffinityTerm"));
    }
  }

  private void podTerm(String at, JsonNode term) {
    for (String selector : List.of("labelSelector", "namespaceSelector")) {
      MetaValidation.selector(errors, at + "." + selector, term.path(selector));
    }
    for (String namespace : texts(term, "namespaces")) {
      errors.invalid(at + ".namespace", namespace, Names.label(namespace));
    }
    labelKeys(at, term);
    String key = Nodes.textOrEmpty(term, "topologyKey");
    if (key.isEmpty()) {
      errors.required(at + ".topologyKey", "can not be empty");
    }
    errors.invalid(at + ".topologyKey", key, Names.qualified(key));
  }

  /** {@code tolerations}. */
  void tolerations(String field, List<JsonNode> tolerations) {
    for (int i = 0; i < tolerations.size(); i++) {
      toleration(field + "[" + i + "]", tolerations.get(i));
    }
  }

  private void toleration(String at, JsonNode toleration) {
    String key = Nodes.textOrEmpty(toleration, "key");
    String operator = Nodes.textOrEmpty(toleration, "operator");
    String effect = Nodes.textOrEmpty(toleration, "effect");
    if (!key.isEmpty()) {
      errors.invalid(at + ".key", key, Names.qualified(key));
    } else if (!operator.equals("Exists")) {
      errors.invalid(
          at + ".operator",
          operator,
          "operator must be Exists when `key` is empty, which means \"match all values and all"
              + " keys\"");
    }
    if (toleration.hasNonNull("tolerationSeconds") && !effect.equals("NoExecute")) {
      errors.invalid(
          at + ".effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    String value = Nodes.textOrEmpty(toleration, "value");
    switch (operator) {
      case "", "Equal" -> {
        List<String> wrong = Names.labelValue(value);
        if (!wrong.isEmpty()) {
          errors.invalid(at + ".operator", value, String.join(";", wrong));
        }
      }
      case "Exists" -> {
        if (!value.isEmpty()) {
          errors.invalid(
              at + ".operator", value, "value must be empty when `operator` is 'Exists'");
        }
      }
      default ->
          errors.unsupported(at + ".operator", Json.text(operator), List.of("Equal", "Exists"));
    }
    List<String> effects = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
    if (!effect.isEmpty() && !effects.contains(effect)) {
      errors.unsupported(at + ".effect", Json.text(effect), effects);
    }
  }

  /** Tolerations may come, and none may go but for its seconds. */
  void tolerationsUpdate(String field, List<JsonNode> now, List<JsonNode> before) {
    List<JsonNode> kept = now.stream().map(PlacementValidation::withoutSeconds).toList();
    if (before.stream().allMatch(toleration -> kept.contains(withoutSeconds(toleration)))) {
      tolerations(field, now);
    } else {
      errors.forbidden(
          field, "existing toleration can not be modified except its tolerationSeconds");
    }
  }

  private static JsonNode withoutSeconds(JsonNode toleration) {
    JsonNode rest = toleration.deepCopy();
    if (rest instanceof ObjectNode object) {
      object.remove("tolerationSeconds");
    }
    return rest;
  }
}
