package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.List;

/**
 * The versions of a definition as the server's messages show them: in its internal form, in which
 * what all versions have in common stands elsewhere.
 */
final class InternalVersions {
  private InternalVersions() {}

  /** The internal form. */
  static JsonNode of(List<JsonNode> versions) {
    if (versions.isEmpty()) {
      return NullNode.getInstance();
    }
    ArrayNode all = Json.array();
    for (JsonNode version : versions) {
      ObjectNode internal = all.addObject();
      internal.put("Name", version.path("name").asText());
      internal.put("Served", version.path("served").asBoolean());
      internal.put("Storage", version.path("storage").asBoolean());
      internal.put("Deprecated", version.path("deprecated").asBoolean());
      internal.set("DeprecationWarning", orNull(version.path("deprecationWarning")));
      internal.set("Schema", own(versions, version, "schema"));
      internal.set("Subresources", own(versions, version, "subresources"));
      internal.set("AdditionalPrinterColumns", own(versions, version, "additionalPrinterColumns"));
      internal.set("SelectableFields", own(versions, version, "selectableFields"));
    }
    return all;
  }

  private static JsonNode own(List<JsonNode> versions, JsonNode version, String field) {
    boolean shared =
        versions.stream().allMatch(other -> other.path(field).equals(version.path(field)));
    return shared ? NullNode.getInstance() : orNull(version.path(field));
  }

  private static JsonNode orNull(JsonNode value) {
    return value.isMissingNode() ? NullNode.getInstance() : value;
  }
}
