package io.github.kruiseinstaller.testkit.internal.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Discovery in its plain form: groups, and the resources of one version at a time. */
final class PlainDiscovery {
  private static final List<String> CUSTOM_VERBS =
      List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");

  private final Kinds kinds;
  private final String serverAddress;

  PlainDiscovery(Kinds kinds, String serverAddress) {
    this.kinds = kinds;
    this.serverAddress = serverAddress;
  }

  /** {@code /api}. */
  ObjectNode api() {
    ObjectNode versions = Json.object().put("kind", "APIVersions");
    versions.putArray("versions").add("v1");
    versions
        .putArray("serverAddressByClientCIDRs")
        .addObject()
        .put("clientCIDR", "0.0.0.0/0")
        .put("serverAddress", serverAddress);
    return versions;
  }

  /** {@code /apis}. */
  ObjectNode apis() {
    ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
    ArrayNode groups = list.putArray("groups");
    for (String group : groups()) {
      groups.add(groupEntry(Json.object(), group));
    }
    return list;
  }

  /** {@code /apis/GROUP}. */
  Optional<ObjectNode> group(String group) {
    if (group.isEmpty() || !groups().contains(group)) {
      return Optional.empty();
    }
    ObjectNode entry = Json.object().put("kind", "APIGroup").put("apiVersion", "v1");
    return Optional.of(groupEntry(entry, group));
  }

  private Set<String> groups() {
    Set<String> groups = new LinkedHashSet<>();
    for (Resource resource : kinds.all()) {
      if (!resource.group().isEmpty()) {
        groups.add(resource.group());
      }
    }
    return groups;
  }

  private ObjectNode groupEntry(ObjectNode entry, String group) {
    Set<String> versions = new LinkedHashSet<>();
    for (Resource resource : kinds.all()) {
      if (resource.group().equals(group)) {
        versions.add(resource.version());
      }
    }
    entry.put("name", group);
    ArrayNode list = entry.putArray("versions");
    versions.forEach(version -> list.add(groupVersion(group, version)));
    entry.set("preferredVersion", groupVersion(group, versions.iterator().next()));
    return entry;
  }

  private static ObjectNode groupVersion(String group, String version) {
    return Json.object().put("groupVersion", group + "/" + version).put("version", version);
  }

  /** {@code /apis/GROUP/VERSION} and {@code /api/v1}. */
  Optional<ObjectNode> resources(String group, String version) {
    List<Resource> all =
        kinds.all().stream()
            .filter(each -> each.group().equals(group) && each.version().equals(version))
            .toList();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode list = Json.object().put("kind", "APIResourceList");
    if (!group.isEmpty()) {
      list.put("apiVersion", "v1");
    }
    list.put("groupVersion", all.get(0).apiVersion());
    ArrayNode resources = list.putArray("resources");
    for (Resource resource : all) {
      resources.add(resource(resource));
      for (Subresource subresource : Subresource.of(resource)) {
        resources.add(subresource(resource, subresource));
      }
    }
    return Optional.of(list);
  }

  private ObjectNode resource(Resource resource) {
    ObjectNode entry =
        Json.object()
            .put("name", resource.plural())
            .put("singularName", resource.singular())
            .put("namespaced", resource.namespaced())
            .put("kind", resource.kind());
    putAll(entry, "verbs", verbs(resource));
    putUnlessEmpty(entry, "shortNames", resource.shortNames());
    putUnlessEmpty(entry, "categories", resource.categories());
    String hash = kinds.storageVersionHash(resource);
    if (!hash.isEmpty()) {
      entry.put("storageVersionHash", hash);
    }
    return entry;
  }

  /** The verbs of a resource in the order in which a real server tells them. */
  static List<String> verbs(Resource resource) {
    return resource.custom()
        ? CUSTOM_VERBS.stream().filter(resource.verbs()::contains).toList()
        : resource.verbs().stream().sorted().toList();
  }

  /** Adds a list of texts. */
  static void putAll(ObjectNode entry, String name, Collection<String> texts) {
    ArrayNode list = entry.putArray(name);
    texts.forEach(list::add);
  }

  /** Adds a list of texts, if there are any. */
  static void putUnlessEmpty(ObjectNode entry, String name, Collection<String> texts) {
    if (!texts.isEmpty()) {
      putAll(entry, name, texts);
    }
  }

  private static ObjectNode subresource(Resource resource, Subresource subresource) {
    ObjectNode entry =
        Json.object()
            .put("name", resource.plural() + "/" + subresource.name())
            .put("singularName", "")
            .put("namespaced", resource.namespaced());
    if (!subresource.version().isEmpty()) {
      entry.put("group", subresource.group()).put("version", subresource.version());
    }
    entry.put("kind", subresource.kind());
    putAll(entry, "verbs", subresource.verbs());
    return entry;
  }
}
