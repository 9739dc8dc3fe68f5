package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Kinds;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.kind.Schema;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** An object as an {@code autoscaling/v1} Scale. */
final class Scale implements Lens {
  private static final Pattern DOT = Pattern.compile("\\.");

  private final String[] specReplicas;
  private final String[] statusReplicas;
  private final String[] selector;
  private final boolean custom;

  private Scale(String specReplicas, String statusReplicas, String selector, boolean custom) {
    this.specReplicas = path(specReplicas);
    this.statusReplicas = path(statusReplicas);
    this.selector = path(selector);
    this.custom = custom;
  }

  /** Scale itself, which has no objects of its own. */
  static Resource kind(Kinds kinds) {
    return new Resource(
        "autoscaling",
        "v1",
        "Scale",
        "scales",
        "scale",
        true,
        List.of(),
        List.of(),
        Set.of(),
        Set.of(),
        kinds.schema("autoscaling/v1", "Scale").orElseGet(Schema::any),
        false);
  }

  /** 404 when the kind cannot be scaled. */
  static Scale of(Resource resource, Versions versions) {
    if (!resource.subresources().contains("scale")) {
      throw Statuses.noSuchPath();
    }
    if (!resource.custom()) {
      return new Scale(".spec.replicas", ".status.replicas", "", false);
    }
    Optional<JsonNode> scale =
        versions
            .definition(resource)
            .flatMap(definition -> Versions.version(definition, resource.version()))
            .map(version -> version.path("subresources").path("scale"));
    return scale
        .map(
            paths ->
                new Scale(
                    paths.path("specReplicasPath").asText(),
                    paths.path("statusReplicasPath").asText(),
                    paths.path("labelSelectorPath").asText(""),
                    true))
        .orElseThrow(Statuses::noSuchPath);
  }

  private static String[] path(String text) {
    return text.isEmpty() ? new String[0] : DOT.split(text.replaceFirst("^\\.", ""));
  }

  /** Where the wanted number stands, as the definition writes it. */
  String specReplicasPath() {
    return "." + String.join(".", specReplicas);
  }

  /** Whether the object says how many there shall be. */
  boolean isSet(ObjectNode object) {
    return !custom || Nodes.at(object, specReplicas).isIntegralNumber();
  }

  @Override
  public ObjectNode view(ObjectNode object) {
    ObjectNode scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
    ObjectNode metadata = scale.putObject("metadata");
    ObjectNode whole = Metadata.of(object);
    for (String field :
        new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
      Metadata.copy(whole, metadata, field);
    }
    ObjectNode spec = scale.putObject("spec");
    long wanted = Nodes.number(0, object, specReplicas);
    if (wanted != 0) {
      spec.put("replicas", wanted);
    }
    ObjectNode status =
        scale.putObject("status").put("replicas", Nodes.number(0, object, statusReplicas));
    String labels = selector(object);
    if (!labels.isEmpty()) {
      status.put("selector", labels);
    }
    return scale;
  }

  @Override
  public ObjectNode put(ObjectNode object, ObjectNode view) {
    ObjectNode parent = object;
    for (int i = 0; i < specReplicas.length - 1; i++) {
      parent = Nodes.object(parent, specReplicas[i]);
    }
    parent.put(specReplicas[specReplicas.length - 1], Nodes.number(0, view, "spec", "replicas"));
    String version = Nodes.resourceVersion(view);
    if (!version.isEmpty()) {
      Metadata.of(object).put("resourceVersion", version);
    }
    return object;
  }

  /** An apply of a Scale, as an apply of the object. */
  ObjectNode configOf(Resource resource, ObjectNode config) {
    ObjectNode whole =
        Json.object().put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    whole.set("metadata", config.path("metadata").deepCopy());
    if (Nodes.at(config, "spec", "replicas").isIntegralNumber()) {
      put(whole, config);
    }
    return whole;
  }

  private String selector(ObjectNode object) {
    if (custom) {
      return selector.length == 0 ? "" : Nodes.textOrEmpty(object, selector);
    }
    JsonNode labels = Nodes.at(object, "spec", "selector");
    boolean plain =
        !labels.has("matchLabels") && !labels.has("matchExpressions") && labels.isObject();
    return plain
        ? LabelSelector.ofLabels(Nodes.texts(labels)).toString()
        : LabelSelector.of(labels).orElse(LabelSelector.EVERYTHING).toString();
  }
}
