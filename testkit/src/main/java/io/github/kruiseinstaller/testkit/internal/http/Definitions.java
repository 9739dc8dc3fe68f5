package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Set;

/** What CustomResourceDefinitions say about the kinds they make. */
final class Definitions {
  private static final Resource DEFINITIONS =
      new Resource(
          "apiextensions.k8s.io",
          "v1",
          "CustomResourceDefinition",
          "customresourcedefinitions",
          "customresourcedefinition",
          false,
          List.of(),
          List.of(),
          Set.of("get"),
          Set.of(),
          Schema.any(),
          false);

  private Definitions() {}

  /** The entry in {@code spec.versions} that a kind comes from; missing when there is none. */
  static JsonNode version(Resources resources, Resource resource) {
    ObjectNode definition = resources.view(DEFINITIONS, "", resource.groupResource()).orElse(null);
    if (definition == null) {
      return MissingNode.getInstance();
    }
    return Nodes.list(definition, "spec", "versions").stream()
        .filter(version -> Nodes.textOrEmpty(version, "name").equals(resource.version()))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }
}
