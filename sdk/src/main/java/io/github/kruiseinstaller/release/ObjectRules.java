package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What every single object of a release must fulfil. */
final class ObjectRules {
  private static final Pattern TEMPLATE = Pattern.compile("\\{\\{.*?\\}\\}", Pattern.DOTALL);
  private static final Pattern VARIABLE = Pattern.compile("\\$\\([A-Za-z_][A-Za-z0-9_]*\\)");
  private static final Set<String> SERVER_OWNED =
      Set.of("uid", "resourceVersion", "generation", "managedFields", "selfLink");
  private static final String RENDER =
      "Render it first, with 'helm template' or 'kustomize build', or give the chart itself.";

  private static final String TEXTS_ONLY =
      "Give a map of texts, with quotes around what looks like a number, true or false.";

  private final ReleaseProblems problems;

  ObjectRules(ReleaseProblems problems) {
    this.problems = problems;
  }

  /** Reports whatever is wrong with the object by itself. */
  void check(LoadedObject object) {
    Manifest manifest = object.manifest();
    if (manifest.annotations().containsKey("helm.sh/hook")) {
      problems.add(
          object,
          "is a Helm hook, which only Helm can run",
          "Render with 'helm template --no-hooks'; nothing is lost, uninstalling needs no hook.");
      return;
    }
    Optional<KnownKind> kind = KnownKind.of(manifest);
    if (kind.isEmpty()) {
      problems.add(object, "is of a kind that no OpenKruise release has", unknownKind(manifest));
      return;
    }
    checkVersion(object, kind.get());
    checkScope(object, kind.get());
    checkPlaceholders(object);
    SERVER_OWNED.stream()
        .filter(field -> manifest.at("metadata", field) != null)
        .sorted()
        .findFirst()
        .ifPresent(
            field ->
                problems.add(
                    object,
                    "has metadata." + field + ", so that it was exported from a cluster",
                    "Give the manifests as they were rendered, not as a cluster returns them."));
    if (kind.get() == KnownKind.CUSTOM_RESOURCE_DEFINITION) {
      checkDefinition(object);
    }
    if (kind.get() == KnownKind.SECRET) {
      checkTexts(object, "data");
      checkTexts(object, "stringData");
    }
  }

  /** The API server would refuse it too, but quotes the value. */
  private void checkTexts(LoadedObject object, String field) {
    Object entries = object.manifest().at(field);
    if (entries == null) {
      return;
    }
    if (!(entries instanceof Map<?, ?> map)) {
      problems.add(object, "has " + field + ", which is not a map", TEXTS_ONLY);
      return;
    }
    map.forEach(
        (key, value) -> {
          if (value != null && !(value instanceof String)) {
            problems.add(object, "has " + field + "." + key + ", which is not a text", TEXTS_ONLY);
          }
        });
  }

  private void checkVersion(LoadedObject object, KnownKind kind) {
    String only = kind.onlyApiVersion();
    if (only != null && !object.manifest().apiVersion().equals(only)) {
      problems.add(
          object,
          "has apiVersion " + object.manifest().apiVersion() + ", which Kubernetes has removed",
          "Use a release that has " + only + "; every OpenKruise version since 1.0 does.");
    }
  }

  private void checkScope(LoadedObject object, KnownKind kind) {
    boolean hasNamespace = object.manifest().namespace() != null;
    if (kind.isNamespaced() && !hasNamespace) {
      problems.add(
          object, "names no namespace", "Set metadata.namespace to the namespace of the release.");
    } else if (!kind.isNamespaced() && hasNamespace) {
      problems.add(
          object,
          "names a namespace, but objects of its kind belong to the whole cluster",
          "Remove metadata.namespace.");
    }
  }

  private void checkDefinition(LoadedObject object) {
    String group = String.valueOf(object.manifest().text("spec", "group"));
    if (!group.endsWith(".kruise.io")) {
      problems.add(
          object,
          "defines resources of the group " + group + ", which is not OpenKruise's",
          "Give the manifests of OpenKruise only; install other products on their own.");
    }
  }

  private void checkPlaceholders(LoadedObject object) {
    Manifest manifest = object.manifest();
    for (String text : new String[] {manifest.name(), String.valueOf(manifest.namespace())}) {
      if (VARIABLE.matcher(text).find()) {
        placeholder(object, VARIABLE, text);
      }
    }
    manifest.annotations().values().stream()
        .filter(text -> VARIABLE.matcher(text).find())
        .findFirst()
        .ifPresent(text -> placeholder(object, VARIABLE, text));
    if ("system".equals(manifest.namespace())
        || (manifest.isKind("Namespace") && manifest.name().equals("system"))) {
      problems.add(object, "holds the placeholder namespace 'system' of the sources", RENDER);
    }
    if (manifest.isKind("Service") && manifest.name().equals("webhook-service")) {
      problems.add(object, "has the placeholder name 'webhook-service' of the sources", RENDER);
    }
    String found = template(manifest.tree(), mayHoldTemplates(manifest.kind()));
    if (found != null) {
      placeholder(object, TEMPLATE, found);
    }
  }

  /** Names the placeholder alone; the text around it may be secret. */
  private void placeholder(LoadedObject object, Pattern pattern, String text) {
    var matcher = pattern.matcher(text);
    String shown = matcher.find() ? matcher.group() : "";
    problems.add(object, "holds the unrendered placeholder " + shown, RENDER);
  }

  /** Where braces are text like any other: schemas describe them, alerts are made of them. */
  private static Set<String> mayHoldTemplates(String kind) {
    return switch (kind) {
      case "CustomResourceDefinition" -> Set.of("versions");
      case "ConfigMap", "Secret" -> Set.of("data", "stringData");
      case "PrometheusRule" -> Set.of("spec");
      default -> Set.of();
    };
  }

  /** The first text with a template in it, or null. */
  private static @Nullable String template(@Nullable Object value, Set<String> exempt) {
    if (value instanceof String text) {
      return TEMPLATE.matcher(text).find() ? text : null;
    }
    for (Object item : Trees.list(value)) {
      String found = template(item, exempt);
      if (found != null) {
        return found;
      }
    }
    for (Map.Entry<String, @Nullable Object> entry : Trees.map(value).entrySet()) {
      if (exempt.contains(entry.getKey())) {
        continue;
      }
      String key = template(entry.getKey(), exempt);
      String found = key != null ? key : template(entry.getValue(), exempt);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static String unknownKind(Manifest manifest) {
    return switch (manifest.kind()) {
      case "Job", "CronJob", "Pod" ->
          "Remove it; if it is a hook of the chart, render with 'helm template --no-hooks'.";
      case "Kustomization" -> "Give what 'kustomize build' makes of the folder.";
      default -> "Give the manifests of one OpenKruise release only, and apply others yourself.";
    };
  }
}
