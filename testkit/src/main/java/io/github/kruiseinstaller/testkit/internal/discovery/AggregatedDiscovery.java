package io.github.kruiseinstaller.testkit.internal.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Discovery of everything in one document, {@code apidiscovery.k8s.io/v2}. */
final class AggregatedDiscovery {
  private final Kinds kinds;

  AggregatedDiscovery(Kinds kinds) {
    this.kinds = kinds;
  }

  /** {@code /api}, or else {@code /apis}. */
  ObjectNode list(boolean core) {
    ObjectNode list =
        Json.object()
            .put("kind", "APIGroupDiscoveryList")
            .put("apiVersion", "apidiscovery.k8s.io/v2");
    list.putObject("metadata");
    ArrayNode items = list.putArray("items");
    Map<String, Map<String, ArrayNode>> groups = new LinkedHashMap<>();
    for (Resource resource : kinds.all()) {
      if (resource.group().isEmpty() == core) {
        groups
            .computeIfAbsent(resource.group(), group -> new LinkedHashMap<>())
            .computeIfAbsent(resource.version(), version -> Json.array())
            .add(resource(resource));
      }
    }
    groups.forEach((group, versions) -> items.add(group(group, versions)));
    return list;
  }

  private static ObjectNode group(String group, Map<String, ArrayNode> versions) {
    ObjectNode item = Json.object();
    ObjectNode metadata = item.putObject("metadata");
    if (!group.isEmpty()) {
      metadata.put("name", group);
    }
    ArrayNode list = item.putArray("versions");
    versions.forEach(
        (version, resources) -> {
          ObjectNode entry = list.addObject().put("version", version);
          entry.set("resources", resources);
          entry.put("freshness", "Current");
        });
    return item;
  }

  private static ObjectNode resource(Resource resource) {
    ObjectNode entry = Json.object().put("resource", resource.plural());
    // Built-in resources leave their own group and version out.
    entry.set(
        "responseKind",
        resource.custom()
            ? kind(resource.group(), resource.version(), resource.kind())
            : kind("", "", resource.kind()));
    entry.put("scope", resource.namespaced() ? "Namespaced" : "Cluster");
    entry.put("singularResource", resource.singular());
    PlainDiscovery.putAll(entry, "verbs", PlainDiscovery.verbs(resource));
    PlainDiscovery.putUnlessEmpty(entry, "shortNames", resource.shortNames());
    PlainDiscovery.putUnlessEmpty(entry, "categories", resource.categories());
    List<Subresource> subresources = Subresource.of(resource);
    if (!subresources.isEmpty()) {
      ArrayNode list = entry.putArray("subresources");
      subresources.forEach(subresource -> list.add(subresource(resource, subresource)));
    }
    return entry;
  }

  private static ObjectNode subresource(Resource resource, Subresource subresource) {
    boolean own = subresource.version().isEmpty() && resource.custom();
    ObjectNode entry = Json.object().put("subresource", subresource.name());
    entry.set(
        "responseKind",
        own
            ? kind(resource.group(), resource.version(), subresource.kind())
            : kind(subresource.group(), subresource.version(), subresource.kind()));
    PlainDiscovery.putAll(entry, "verbs", subresource.verbs());
    return entry;
  }

  private static ObjectNode kind(String group, String version, String kind) {
    return Json.object().put("group", group).put("version", version).put("kind", kind);
  }
}
