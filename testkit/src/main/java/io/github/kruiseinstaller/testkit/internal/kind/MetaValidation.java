package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** {@code metadata}, and labels and selectors wherever they stand. */
final class MetaValidation {
  private static final List<String> OWNER =
      List.of("apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion");
  private static final Set<String> STANDARD_FINALIZERS =
      Set.of("kubernetes", "orphan", "foregroundDeletion");
  private static final int ANNOTATIONS = 256 * 1024;

  private MetaValidation() {}

  /** Of a new object. */
  static void create(
      FieldErrors errors,
      ObjectNode object,
      boolean namespaced,
      Function<String, List<String>> form) {
    JsonNode meta = object.path("metadata");
    name(errors, meta, form);
    String namespace = Nodes.textOrEmpty(meta, "namespace");
    if (!namespaced && !namespace.isEmpty()) {
      errors.forbidden("metadata.namespace", "not allowed on this type");
    } else if (namespaced && namespace.isEmpty()) {
      errors.required("metadata.namespace");
    } else if (namespaced) {
      errors.invalid("metadata.namespace", namespace, Names.label(namespace));
    }
    errors.notNegative("metadata.generation", meta.path("generation"));
    common(errors, meta);
    finalizers(errors, meta);
  }

  private static void name(FieldErrors errors, JsonNode meta, Function<String, List<String>> form) {
    String generateName = Nodes.textOrEmpty(meta, "generateName");
    if (!generateName.isEmpty()) {
      errors.invalid("metadata.generateName", generateName, form.apply(masked(generateName)));
    }
    String name = Nodes.textOrEmpty(meta, "name");
    if (name.isEmpty()) {
      errors.required("metadata.name", "name or generateName is required");
    } else {
      errors.invalid("metadata.name", name, form.apply(name));
    }
  }

  /** A prefix may end in a dash, since more follows. */
  private static String masked(String prefix) {
    return prefix.length() > 1 && prefix.endsWith("-")
        ? prefix.substring(0, prefix.length() - 2) + "a"
        : prefix;
  }

  private static void common(FieldErrors errors, JsonNode meta) {
    labels(errors, "metadata.labels", meta.path("labels"));
    annotations(errors, "metadata.annotations", meta.path("annotations"));
    owners(errors, meta.path("ownerReferences"));
  }

  /** Labels, or a selector that is a plain map. */
  static void labels(FieldErrors errors, String field, JsonNode labels) {
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      errors.invalid(field, label.getKey(), Names.qualified(label.getKey()));
      String value = label.getValue().asText();
      errors.invalid(field, value, Names.labelValue(value));
    }
  }

  /** Annotations. */
  static void annotations(FieldErrors errors, String field, JsonNode annotations) {
    long size = 0;
    for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
      String key = annotation.getKey();
      errors.invalid(field, key, Names.qualified(key.toLowerCase(Locale.ROOT)));
      size += key.length() + annotation.getValue().asText().length();
    }
    if (size > ANNOTATIONS) {
      errors.tooLong(field, ANNOTATIONS);
    }
  }

  private static void owners(FieldErrors errors, JsonNode owners) {
    String field = "metadata.ownerReferences";
    String controller = "";
    for (JsonNode owner : owners) {
      String kind = Nodes.textOrEmpty(owner, "kind");
      String name = Nodes.textOrEmpty(owner, "name");
      String apiVersion = Nodes.textOrEmpty(owner, "apiVersion");
      if (apiVersion.isEmpty() || apiVersion.endsWith("/")) {
        errors.invalid(field + ".apiVersion", apiVersion, "version must not be empty");
      }
      for (String part : List.of("kind", "name", "uid")) {
        if (Nodes.textOrEmpty(owner, part).isEmpty()) {
          errors.invalid(field + "." + part, "", "must not be empty");
        }
      }
      if (owner.path("controller").asBoolean()) {
        String current = kind + "/" + name;
        if (!controller.isEmpty()) {
          errors.invalidAsIs(
              field,
              FieldErrors.inStructOrder(owners, OWNER),
              "Only one reference can have Controller set to true. Found \"true\" in references"
                  + " for "
                  + controller
                  + " and "
                  + current);
        } else {
          controller = current;
        }
      }
    }
  }

  private static void finalizers(FieldErrors errors, JsonNode meta) {
    Set<String> all = new TreeSet<>();
    for (JsonNode finalizer : Nodes.list(meta, "finalizers")) {
      all.add(finalizer.asText());
      errors.invalid(
          "metadata.finalizers", finalizer.asText(), Names.qualified(finalizer.asText()));
    }
    if (all.containsAll(List.of("orphan", "foregroundDeletion"))) {
      errors.invalid(
          "metadata.finalizers",
          meta.path("finalizers"),
          "finalizer orphan and foregroundDeletion cannot be both set");
    }
  }

  /** Finalizers without a domain must be Kubernetes' own. */
  static void finalizerNames(FieldErrors errors, JsonNode meta) {
    int i = 0;
    for (JsonNode finalizer : Nodes.list(meta, "finalizers")) {
      String name = finalizer.asText();
      if (!name.contains("/") && !STANDARD_FINALIZERS.contains(name)) {
        errors.invalid(
            "metadata.finalizers[" + i + "]",
            name,
            "name is neither a standard finalizer name nor is it fully qualified");
      }
      i++;
    }
  }

  /** Of a changed object. */
  static void update(FieldErrors errors, ObjectNode object, ObjectNode live) {
    JsonNode meta = object.path("metadata");
    JsonNode before = live.path("metadata");
    if (before.hasNonNull("deletionTimestamp")) {
      noNewFinalizers(errors, meta, before);
    }
    if (Nodes.textOrEmpty(meta, "resourceVersion").isEmpty()) {
      errors.invalid("metadata.resourceVersion", "", "must be specified for an update");
    }
    if (meta.path("generation").asLong() < before.path("generation").asLong()) {
      errors.invalid(
          "metadata.generation",
          Json.of(meta.path("generation").asLong()),
          "must not be decremented");
    }
    for (String field :
        List.of(
            "name",
            "namespace",
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds")) {
      errors.immutable("metadata." + field, meta.path(field), before.path(field));
    }
    common(errors, meta);
  }

  private static void noNewFinalizers(FieldErrors errors, JsonNode meta, JsonNode before) {
    Set<String> extra = new TreeSet<>();
    Nodes.list(meta, "finalizers").forEach(finalizer -> extra.add(finalizer.asText()));
    Nodes.list(before, "finalizers").forEach(finalizer -> extra.remove(finalizer.asText()));
    if (!extra.isEmpty()) {
      String list =
          extra.stream()
              .map(FieldErrors::quote)
              .collect(java.util.stream.Collectors.joining(", ", "[]string{", "}"));
      errors.forbidden(
          "metadata.finalizers",
          "no new finalizers can be added if the object is being deleted, found new finalizers "
              + list);
    }
  }

  /** A label selector. */
  static void selector(FieldErrors errors, String field, JsonNode selector) {
    labels(errors, field + ".matchLabels", selector.path("matchLabels"));
    int i = 0;
    for (JsonNode expression : Nodes.list(selector, "matchExpressions")) {
      requirement(errors, field + ".matchExpressions[" + i++ + "]", expression);
    }
  }

  private static void requirement(FieldErrors errors, String field, JsonNode requirement) {
    String operator = Nodes.textOrEmpty(requirement, "operator");
    List<JsonNode> values = Nodes.list(requirement, "values");
    switch (operator) {
      case "In", "NotIn" -> {
        if (values.isEmpty()) {
          errors.required(
              field + ".values", "must be specified when `operator` is 'In' or 'NotIn'");
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (!values.isEmpty()) {
          errors.forbidden(
              field + ".values",
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
        }
      }
      default -> errors.invalid(field + ".operator", operator, "not a valid selector operator");
    }
    String key = Nodes.textOrEmpty(requirement, "key");
    errors.invalid(field + ".key", key, Names.qualified(key));
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i).asText();
      errors.invalid(field + ".values[" + i + "]", value, Names.labelValue(value));
    }
  }

  /** Whether a selector has a form that can be asked. */
  static boolean usable(JsonNode selector) {
    FieldErrors errors = new FieldErrors();
    selector(errors, "", selector);
    return errors.isEmpty();
  }

  /** Whether labels match a usable selector. */
  static boolean matches(JsonNode selector, JsonNode labels) {
    for (Map.Entry<String, JsonNode> wanted : selector.path("matchLabels").properties()) {
      if (!wanted.getValue().equals(labels.path(wanted.getKey()))) {
        return false;
      }
    }
    return Nodes.list(selector, "matchExpressions").stream()
        .allMatch(expression -> met(expression, labels));
  }

  private static boolean met(JsonNode requirement, JsonNode labels) {
    JsonNode label = labels.path(Nodes.textOrEmpty(requirement, "key"));
    boolean there = !label.isMissingNode();
    boolean listed = Nodes.list(requirement, "values").contains(label);
    return switch (Nodes.textOrEmpty(requirement, "operator")) {
      case "In" -> there && listed;
      case "NotIn" -> !there || !listed;
      case "Exists" -> there;
      default -> !there;
    };
  }
}
