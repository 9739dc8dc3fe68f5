package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** Pod templates: which are the same, and what they are called. */
final class PodTemplates {
  static final String HASH = "pod-template-hash";
  private static final String SAFE = "bcdfghjklmnpqrstvwxz2456789";

  private PodTemplates() {}

  /** Whether pods made from both are the same, whatever the Deployment's hash label says. */
  static boolean same(JsonNode a, JsonNode b) {
    return canonical(withoutHash(a)).equals(canonical(withoutHash(b)));
  }

  private static JsonNode withoutHash(JsonNode template) {
    if (Nodes.at(template, "metadata", "labels", HASH).isMissingNode()) {
      return template;
    }
    JsonNode copy = template.deepCopy();
    ((ObjectNode) copy.path("metadata").path("labels")).remove(HASH);
    return copy;
  }

  /**
   * Ten letters and digits that only change when the template does; not those that a real
   * controller comes to, which depend on how Go prints its types.
   */
  static String hash(JsonNode template, long collisions) {
    String text = canonical(template) + (collisions == 0 ? "" : "/" + collisions);
    int hash = 0x811c9dc5;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    StringBuilder safe = new StringBuilder();
    for (char digit : Integer.toUnsignedString(hash).toCharArray()) {
      safe.append(SAFE.charAt(digit % SAFE.length()));
    }
    return safe.toString();
  }

  /** JSON with sorted keys and without empty parts. */
  private static String canonical(JsonNode tree) {
    return sorted(tree).toString();
  }

  private static JsonNode sorted(JsonNode tree) {
    if (tree.isObject()) {
      TreeMap<String, JsonNode> fields = new TreeMap<>();
      tree.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
      ObjectNode object = Json.object();
      fields.forEach(
          (name, value) -> {
            if (!value.isNull() && !(value.isContainerNode() && value.isEmpty())) {
              object.set(name, value);
            }
          });
      return object;
    }
    if (tree.isArray()) {
      ArrayNode array = Json.array();
      tree.forEach(element -> array.add(sorted(element)));
      return array;
    }
    return tree;
  }

  /** A pod as a controller makes it from a template; its name is generated. */
  static ObjectNode pod(JsonNode template, String namespace, String generateName) {
    ObjectNode pod = Json.object();
    pod.put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata");
    metadata.put("generateName", generateName).put("namespace", namespace);
    for (String field : new String[] {"labels", "annotations", "finalizers"}) {
      JsonNode value = Nodes.at(template, "metadata", field);
      if (value.isContainerNode() && !value.isEmpty()) {
        metadata.set(field, value.deepCopy());
      }
    }
    JsonNode spec = Nodes.at(template, "spec");
    pod.set("spec", spec.isObject() ? spec.deepCopy() : Json.object());
    return pod;
  }
}
