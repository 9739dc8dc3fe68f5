package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.HashMap;
import java.util.Map;

/** The warnings about deprecated versions of a CustomResourceDefinition. */
final class Deprecations {
  private Deprecations() {}

  /** By {@code apiVersion plural}. */
  static Map<String, String> of(JsonNode definition) {
    JsonNode spec = definition.path("spec");
    String plural = Nodes.textOrEmpty(spec, "names", "plural");
    Map<String, String> warnings = new HashMap<>();
    for (JsonNode version : Nodes.list(spec, "versions")) {
      if (version.path("deprecated").asBoolean()) {
        warnings.put(
            apiVersion(spec, Nodes.textOrEmpty(version, "name")) + " " + plural,
            Nodes.text(version, "deprecationWarning").orElseGet(() -> standard(spec, version)));
      }
    }
    return warnings;
  }

  /** The server's own words, with the best version that is newer and not deprecated, if any is. */
  private static String standard(JsonNode spec, JsonNode deprecated) {
    String name = Nodes.textOrEmpty(deprecated, "name");
    String kind = " " + Nodes.textOrEmpty(spec, "names", "kind");
    String better =
        Nodes.list(spec, "versions").stream()
            .filter(version -> version.path("served").asBoolean())
            .filter(version -> !version.path("deprecated").asBoolean())
            .map(version -> Nodes.textOrEmpty(version, "name"))
            .filter(version -> KindRegistry.byPriority(version, name) < 0)
            .min(KindRegistry::byPriority)
            .map(version -> "; use " + apiVersion(spec, version) + kind)
            .orElse("");
    return apiVersion(spec, name) + kind + " is deprecated" + better;
  }

  private static String apiVersion(JsonNode spec, String version) {
    return Nodes.textOrEmpty(spec, "group") + "/" + version;
  }
}
