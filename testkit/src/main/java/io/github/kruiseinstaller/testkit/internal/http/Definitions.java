package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Optional;

/** What CustomResourceDefinitions say about the kinds they make. */
final class Definitions {
  private final Kinds kinds;
  private final Resources resources;

  Definitions(Kinds kinds, Resources resources) {
    this.kinds = kinds;
    this.resources = resources;
  }

  private Optional<ObjectNode> definition(Resource resource) {
    return kinds
        .resource("apiextensions.k8s.io", "v1", "customresourcedefinitions")
        .flatMap(kind -> resources.find(kind, "", resource.groupResource()));
  }

  /** The entry in {@code spec.versions} that a kind comes from; missing when there is none. */
  JsonNode version(Resource resource) {
    return definition(resource)
        .flatMap(
            definition ->
                versions(definition)
                    .filter(entry -> name(entry).equals(resource.version()))
                    .findFirst())
        .orElse(MissingNode.getInstance());
  }

  private static java.util.stream.Stream<JsonNode> versions(ObjectNode definition) {
    return Nodes.list(definition, "spec", "versions").stream();
  }

  private static String name(JsonNode version) {
    return Nodes.textOrEmpty(version, "name");
  }

  /** Whether the kind is going, so that no new objects may come. */
  boolean terminating(Resource resource) {
    return definition(resource)
        .filter(
            definition ->
                Nodes.list(definition, "status", "conditions").stream()
                    .anyMatch(
                        condition ->
                            Nodes.textOrEmpty(condition, "type").equals("Terminating")
                                && Nodes.textOrEmpty(condition, "status").equals("True")))
        .isPresent();
  }

  /** Adds what is to be said about a version that is deprecated. */
  void warn(Resource resource, List<String> warnings) {
    JsonNode version = version(resource);
    if (version.path("deprecated").asBoolean()) {
      String own = Nodes.textOrEmpty(version, "deprecationWarning");
      warnings.add(own.isEmpty() ? deprecated(resource) : own);
    }
  }

  private String deprecated(Resource resource) {
    String text = resource.apiVersion() + " " + resource.kind() + " is deprecated";
    // The kinds know which version is newer: the newest comes first.
    List<String> newestFirst =
        kinds.versions(resource.group(), resource.plural()).stream()
            .map(Resource::version)
            .toList();
    List<String> newer =
        newestFirst.subList(0, Math.max(0, newestFirst.indexOf(resource.version())));
    List<String> usable =
        definition(resource).stream()
            .flatMap(Definitions::versions)
            .filter(version -> !version.path("deprecated").asBoolean())
            .map(Definitions::name)
            .toList();
    return newer.stream()
        .filter(usable::contains)
        .findFirst()
        .map(
            version ->
                text + "; use " + resource.group() + "/" + version + " " + resource.kind())
        .orElse(text);
  }
}
