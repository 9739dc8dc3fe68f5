package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The resources that a CustomResourceDefinition defines. */
final class CrdResources {
  private CrdResources() {}

  /** One resource per version that is served, or per one that is not. */
  static List<Resource> read(JsonNode definition, Schema metadata, boolean served) {
    List<Resource> resources = new ArrayList<>();
    for (JsonNode version : Nodes.list(definition, "spec", "versions")) {
      if (version.path("served").asBoolean() == served) {
        resources.add(resource(definition.path("spec"), version, metadata));
      }
    }
    return resources;
  }

  /** The hash of the kind in the version in which its objects are stored; empty for none. */
  static String storageVersionHash(JsonNode definition) {
    JsonNode spec = definition.path("spec");
    return Nodes.list(spec, "versions").stream()
        .filter(version -> version.path("storage").asBoolean())
        .findFirst()
        .map(
            version ->
                hash(
                    Nodes.textOrEmpty(spec, "group")
                        + "/"
                        + Nodes.textOrEmpty(version, "name")
                        + "/"
                        + Nodes.textOrEmpty(spec, "names", "kind")))
        .orElse("");
  }

  private static String hash(String stored) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(stored.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, 8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Resource resource(JsonNode spec, JsonNode version, Schema metadata) {
    JsonNode names = spec.path("names");
    String kind = Nodes.textOrEmpty(names, "kind");
    JsonNode openApi = Nodes.at(version, "schema", "openAPIV3Schema");
    if (spec.path("preserveUnknownFields").asBoolean()) {
      openApi = Nodes.at(version, "no", "schema");
    }
    return new Resource(
        Nodes.textOrEmpty(spec, "group"),
        Nodes.textOrEmpty(version, "name"),
        kind,
        Nodes.textOrEmpty(names, "plural"),
        Nodes.text(names, "singular").orElse(kind.toLowerCase(Locale.ROOT)),
        Nodes.textOrEmpty(spec, "scope").equals("Namespaced"),
        texts(names, "shortNames"),
        texts(names, "categories"),
        BuiltinResources.VERBS,
        subresources(version),
        CrdSchema.root(openApi, metadata),
        true);
  }

  private static Set<String> subresources(JsonNode version) {
    Set<String> subresources = new HashSet<>();
    for (String name : List.of("status", "scale")) {
      if (Nodes.at(version, "subresources", name).isObject()) {
        subresources.add(name);
      }
    }
    return subresources;
  }

  private static List<String> texts(JsonNode names, String field) {
    return Nodes.list(names, field).stream().map(JsonNode::asText).toList();
  }
}
