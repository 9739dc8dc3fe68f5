package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** JSON for tests, written down in YAML. */
final class Trees {
  private Trees() {}

  static ObjectNode object(String yaml) {
    return (ObjectNode) tree(yaml);
  }

  static JsonNode tree(String yaml) {
    return ParsedBody.yaml(yaml.getBytes(StandardCharsets.UTF_8)).tree();
  }

  /** Decoded as the body of a request, with defaults. */
  static ObjectNode stored(KindRegistry kinds, String yaml) {
    ObjectNode raw = object(yaml);
    Resource resource = resource(kinds, raw);
    ObjectNode decoded =
        new ObjectDecoder(kinds)
            .decode(
                Json.bytes(raw),
                "application/json",
                resource,
                new ObjectDecoder.Strictness("Strict", new ArrayList<>(List.of())));
    Defaults.apply(resource, decoded);
    return decoded;
  }

  static Resource resource(KindRegistry kinds, ObjectNode object) {
    return kinds
        .kind(object.path("apiVersion").asText(), object.path("kind").asText())
        .orElseThrow();
  }
}
