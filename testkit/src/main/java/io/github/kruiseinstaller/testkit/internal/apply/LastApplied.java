package io.github.kruiseinstaller.testkit.internal.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The annotation in which {@code kubectl apply} without {@code --server-side} keeps what it
 * applied. The API server knows it, for the field manager {@code kubectl} only.
 */
final class LastApplied {
  /** The manager for which the annotation counts. */
  static final String MANAGER = "kubectl";

  private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
  private static final int MAX_ANNOTATIONS = 256 * 1024;

  private LastApplied() {}

  /**
   * What kubectl applied without the server's help and nobody changed since: server-side apply by
   * kubectl may take that over.
   *
   * @param live without managedFields
   */
  static Optional<FieldSet> untouched(Versions versions, ObjectNode live) {
    String text = Nodes.textOrEmpty(live, "metadata", "annotations", ANNOTATION);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonNode applied = Json.parse(text.getBytes(StandardCharsets.UTF_8));
      if (!Nodes.textOrEmpty(applied, "apiVersion").equals(versions.current())) {
        return Optional.empty();
      }
      Conformance.check(versions.schema(), applied);
      Comparison since = Comparison.of(versions.schema(), applied, live);
      return Optional.of(
          Extent.of(versions.schema(), applied)
              .difference(since.changed())
              .difference(since.removed()));
    } catch (IllegalArgumentException | NonconformingException e) {
      return Optional.empty();
    }
  }

  /** Brings an annotation that is there up to date with what was applied now. */
  static void refresh(ObjectNode object, ObjectNode config) {
    if (Nodes.textOrEmpty(object, "metadata", "annotations", ANNOTATION).isEmpty()) {
      return;
    }
    ObjectNode applied = config.deepCopy();
    if (applied.path("metadata").path("annotations") instanceof ObjectNode annotations) {
      annotations.remove(ANNOTATION);
    }
    ObjectNode annotations = Nodes.object(object, "metadata", "annotations");
    annotations.put(ANNOTATION, Values.encoded(sorted(applied)) + "\n");
    if (size(annotations) > MAX_ANNOTATIONS) {
      annotations.remove(ANNOTATION);
    }
  }

  private static int size(ObjectNode annotations) {
    return annotations.properties().stream()
        .mapToInt(
            entry ->
                entry.getKey().getBytes(StandardCharsets.UTF_8).length
                    + entry.getValue().asText().getBytes(StandardCharsets.UTF_8).length)
        .sum();
  }

  private static JsonNode sorted(JsonNode tree) {
    if (tree.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      tree.properties().forEach(entry -> sorted.put(entry.getKey(), sorted(entry.getValue())));
      ObjectNode object = Json.object();
      sorted.forEach(object::set);
      return object;
    }
    if (tree.isArray()) {
      var list = Json.array();
      tree.forEach(element -> list.add(sorted(element)));
      return list;
    }
    return tree;
  }
}
