package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The versions of one kind over one store: objects are kept in the storage version and handed out
 * in the one that is asked for.
 */
final class Versions {
  private static final String DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io";

  private final Wiring wiring;

  Versions(Wiring wiring) {
    this.wiring = wiring;
  }

  /** A copy in the resource's version, which belongs to the caller. */
  ObjectNode read(Resource resource, ObjectNode stored) {
    return read(resource, List.of(stored)).get(0);
  }

  /** In the resource's version: what is stored, wherever it is in that version already. */
  ObjectNode view(Resource resource, ObjectNode stored) {
    return isAsIs(resource, stored) ? stored : read(resource, stored);
  }

  /** As {@link #view}, of several. */
  List<ObjectNode> viewAll(Resource resource, List<Stored> stored) {
    return stored.stream().allMatch(each -> isAsIs(resource, each.tree()))
        ? stored.stream().map(Stored::tree).toList()
        : readAll(resource, stored);
  }

  private static boolean isAsIs(Resource resource, ObjectNode stored) {
    return !resource.custom()
        && Nodes.textOrEmpty(stored, "apiVersion").equals(resource.apiVersion())
        && Nodes.textOrEmpty(stored, "kind").equals(resource.kind());
  }

  /** Copies of stored objects. */
  List<ObjectNode> readAll(Resource resource, List<Stored> stored) {
    return read(resource, stored.stream().map(Stored::tree).toList());
  }

  private List<ObjectNode> read(Resource resource, List<ObjectNode> stored) {
    List<ObjectNode> copies = stored.stream().map(Versions::copy).toList();
    if (resource.custom()) {
      // As the API server does on its way from etcd, by the version in which it is stored: an older
      // object loses what a newer definition does not know, and gets newer defaults.
      for (ObjectNode object : copies) {
        Resource version = inVersion(resource, Nodes.textOrEmpty(object, "apiVersion"));
        wiring.rules().prune(version, object);
        wiring.rules().applyDefaults(version, object);
      }
    }
    return pruned(resource, resource.apiVersion(), copies);
  }

  /** A copy in the version in which objects are stored now. */
  ObjectNode toStorage(Resource resource, ObjectNode object) {
    return pruned(resource, storageVersion(resource), List.of(copy(object))).get(0);
  }

  /** A copy in the resource's version, with all that the object has. */
  ObjectNode convert(Resource resource, ObjectNode object) {
    return converted(resource, resource.apiVersion(), List.of(copy(object))).get(0);
  }

  /** Converted; what has changed its version keeps only what the new one knows. */
  private List<ObjectNode> pruned(Resource resource, String apiVersion, List<ObjectNode> copies) {
    if (!resource.custom()) {
      return converted(resource, apiVersion, copies);
    }
    List<Boolean> others = copies.stream().map(each -> !isIn(apiVersion, each)).toList();
    List<ObjectNode> result = converted(resource, apiVersion, copies);
    Resource version = inVersion(resource, apiVersion);
    for (int i = 0; i < result.size(); i++) {
      if (others.get(i)) {
        wiring.rules().prune(version, result.get(i));
      }
    }
    return result;
  }

  private static boolean isIn(String apiVersion, ObjectNode object) {
    return Nodes.textOrEmpty(object, "apiVersion").equals(apiVersion);
  }

  private Resource inVersion(Resource resource, String apiVersion) {
    return wiring.kinds().defined(apiVersion, resource.kind()).orElse(resource);
  }

  /** The fields that a definition lets field selectors name, without the leading dot. */
  List<String> selectableFields(Resource resource) {
    return definition(resource)
        .flatMap(definition -> version(definition, resource.version()))
        .map(
            version ->
                Nodes.list(version, "selectableFields").stream()
                    .map(field -> field.path("jsonPath").asText())
                    .map(path -> path.startsWith(".") ? path.substring(1) : path)
                    .toList())
        .orElse(List.of());
  }

  /** The definition that a custom kind comes from. */
  Optional<ObjectNode> definition(Resource resource) {
    return resource.custom()
        ? wiring.store().find(DEFINITIONS, "", resource.groupResource()).map(Stored::tree)
        : Optional.empty();
  }

  /** What a definition says of one version. */
  static Optional<JsonNode> version(JsonNode definition, String name) {
    return Nodes.list(definition, "spec", "versions").stream()
        .filter(version -> version.path("name").asText().equals(name))
        .findFirst();
  }

  private String storageVersion(Resource resource) {
    return definition(resource).stream()
        .flatMap(definition -> Nodes.list(definition, "spec", "versions").stream())
        .filter(version -> version.path("storage").asBoolean())
        .map(version -> resource.group() + "/" + version.path("name").asText())
        .findFirst()
        .orElse(resource.apiVersion());
  }

  /** Changes the copies, unless a webhook makes others. */
  private List<ObjectNode> converted(
      Resource resource, String apiVersion, List<ObjectNode> copies) {
    List<ObjectNode> others = copies.stream().filter(each -> !isIn(apiVersion, each)).toList();
    Optional<ObjectNode> webhook =
        others.isEmpty()
            ? Optional.empty()
            : definition(resource)
                .filter(
                    definition ->
                        Nodes.textOrEmpty(definition, "spec", "conversion", "strategy")
                            .equals("Webhook"));
    List<ObjectNode> answers =
        webhook.isPresent()
            ? wiring.conversion().convert(webhook.get(), apiVersion, others)
            : List.of();
    List<ObjectNode> result = new ArrayList<>(copies.size());
    int next = 0;
    for (ObjectNode object : copies) {
      if (!isIn(apiVersion, object) && webhook.isPresent()) {
        result.add(answers.get(next++).deepCopy());
      } else {
        result.add(object.put("apiVersion", apiVersion).put("kind", resource.kind()));
      }
    }
    return result;
  }

  /**
   * A copy that shares the lists of owned fields, which are most of an object and never changed: a
   * new list takes the place of an old one.
   */
  private static ObjectNode copy(ObjectNode object) {
    ObjectNode copy = Json.object();
    object
        .properties()
        .forEach(
            field ->
                copy.set(
                    field.getKey(),
                    field.getKey().equals("metadata") && field.getValue() instanceof ObjectNode data
                        ? copyOfMetadata(data)
                        : field.getValue().deepCopy()));
    return copy;
  }

  private static ObjectNode copyOfMetadata(ObjectNode metadata) {
    ObjectNode copy = Json.object();
    for (Map.Entry<String, JsonNode> field : metadata.properties()) {
      if (field.getKey().equals("managedFields") && field.getValue().isArray()) {
        ArrayNode entries = copy.putArray("managedFields");
        for (JsonNode entry : field.getValue()) {
          entries.add(entry.isObject() ? Json.object().setAll((ObjectNode) entry) : entry);
        }
      } else {
        copy.set(field.getKey(), field.getValue().deepCopy());
      }
    }
    return copy;
  }

  /**
   * Writes into an object of what kind it is. What a client says itself about a custom one stays,
   * to be judged by validation.
   */
  static void say(Resource resource, ObjectNode object) {
    if (!resource.custom() || Nodes.textOrEmpty(object, "kind").isEmpty()) {
      object.put("kind", resource.kind());
    }
    object.put("apiVersion", resource.apiVersion());
  }
}
