package io.github.kruiseinstaller.testkit.internal.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Ways into trees. What is absent, null or of another type reads as missing. */
public final class Nodes {
  private Nodes() {}

  /** The node at a path; missing when there is none. */
  public static JsonNode at(JsonNode tree, String... path) {
    JsonNode node = tree;
    for (String step : path) {
      node = node.path(step);
    }
    return node.isNull() ? MissingNode.getInstance() : node;
  }

  /** The text at a path. */
  public static Optional<String> text(JsonNode tree, String... path) {
    JsonNode node = at(tree, path);
    return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
  }

  /** The text at a path, or an empty one. */
  public static String textOrEmpty(JsonNode tree, String... path) {
    return text(tree, path).orElse("");
  }

  /** The number at a path. */
  public static long number(long absent, JsonNode tree, String... path) {
    JsonNode node = at(tree, path);
    return node.isIntegralNumber() ? node.longValue() : absent;
  }

  /** The elements of the list at a path; none when there is no list. */
  public static List<JsonNode> list(JsonNode tree, String... path) {
    List<JsonNode> elements = new ArrayList<>();
    JsonNode node = at(tree, path);
    if (node.isArray()) {
      node.forEach(elements::add);
    }
    return elements;
  }

  /** The texts in the map at a path, in order. */
  public static Map<String, String> texts(JsonNode tree, String... path) {
    Map<String, String> texts = new LinkedHashMap<>();
    at(tree, path)
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isTextual()) {
                texts.put(entry.getKey(), entry.getValue().textValue());
              }
            });
    return texts;
  }

  /** The object at a path, made where there is none. */
  public static ObjectNode object(ObjectNode tree, String... path) {
    ObjectNode node = tree;
    for (String step : path) {
      node = node.get(step) instanceof ObjectNode there ? there : node.putObject(step);
    }
    return node;
  }

  /** The list at a key of an object, made where there is none. */
  public static ArrayNode array(ObjectNode parent, String key) {
    return parent.get(key) instanceof ArrayNode there ? there : parent.putArray(key);
  }

  /** {@code metadata.name}, or empty. */
  public static String name(JsonNode object) {
    return textOrEmpty(object, "metadata", "name");
  }

  /** {@code metadata.namespace}, or empty. */
  public static String namespace(JsonNode object) {
    return textOrEmpty(object, "metadata", "namespace");
  }

  /** {@code metadata.uid}, or empty. */
  public static String uid(JsonNode object) {
    return textOrEmpty(object, "metadata", "uid");
  }

  /** {@code metadata.resourceVersion}, or empty. */
  public static String resourceVersion(JsonNode object) {
    return textOrEmpty(object, "metadata", "resourceVersion");
  }

  /** {@code metadata.labels}. */
  public static Map<String, String> labels(JsonNode object) {
    return texts(object, "metadata", "labels");
  }
}
