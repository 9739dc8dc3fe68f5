package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What may stand at a place in a custom object: an {@code openAPIV3Schema} of a
 * CustomResourceDefinition. Its {@code x-kubernetes-validations} are not looked at.
 */
public final class CrdSchema implements Schema {
  private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";

  private final JsonNode source;
  private final Type type;
  private final boolean whole;
  private final Lazy<Map<String, Schema>> fields;
  private final Lazy<Schema> element;

  private CrdSchema(JsonNode source, boolean whole, Schema metadata) {
    this.source = source;
    this.whole = whole || flag("x-kubernetes-embedded-resource");
    this.type = typeOf(source, this.whole);
    this.fields = new Lazy<>(() -> children(metadata));
    this.element = new Lazy<>(() -> elementOf(metadata));
  }

  /**
   * The schema of the objects of one version.
   *
   * @param openApi {@code spec.versions[*].schema.openAPIV3Schema}, or a missing node for none
   * @param metadata of all objects
   */
  static CrdSchema root(JsonNode openApi, Schema metadata) {
    JsonNode source =
        openApi.isObject() ? openApi : Json.objectOf(Map.of("type", "object", PRESERVE, true));
    return new CrdSchema(source, true, metadata);
  }

  /** The schema as it was written. */
  public JsonNode source() {
    return source;
  }

  private static Type typeOf(JsonNode source, boolean whole) {
    if (source.path("x-kubernetes-int-or-string").asBoolean()) {
      return Type.INT_OR_STRING;
    }
    return switch (Nodes.textOrEmpty(source, "type")) {
      case "object" -> isMap(source) && !whole ? Type.MAP : Type.OBJECT;
      case "array" -> Type.LIST;
      case "string" -> Type.STRING;
      case "integer" -> Type.INTEGER;
      case "number" -> Type.NUMBER;
      case "boolean" -> Type.BOOLEAN;
      default -> Type.ANY;
    };
  }

  private static boolean isMap(JsonNode source) {
    JsonNode additional = source.path("additionalProperties");
    return source.path("properties").isEmpty() && (additional.isObject() || additional.asBoolean());
  }

  private Map<String, Schema> children(Schema metadata) {
    Map<String, Schema> children = new LinkedHashMap<>();
    if (whole) {
      children.put("apiVersion", scalar("string", metadata));
      children.put("kind", scalar("string", metadata));
    }
    source
        .path("properties")
        .properties()
        .forEach(
            property ->
                children.put(
                    property.getKey(), new CrdSchema(property.getValue(), false, metadata)));
    if (whole) {
      children.put("metadata", metadata);
    }
    return Collections.unmodifiableMap(children);
  }

  private static CrdSchema scalar(String type, Schema metadata) {
    return new CrdSchema(Json.object().put("type", type), false, metadata);
  }

  private Schema elementOf(Schema metadata) {
    JsonNode below = source.path(type == Type.LIST ? "items" : "additionalProperties");
    return below.isObject() ? new CrdSchema(below, false, metadata) : Schema.any();
  }

  @Override
  public Type type() {
    return type;
  }

  @Override
  public Optional<Schema> field(String name) {
    return Optional.ofNullable(fields().get(name));
  }

  @Override
  public Map<String, Schema> fields() {
    return type == Type.OBJECT ? fields.get() : Map.of();
  }

  @Override
  public Schema element() {
    return type == Type.LIST || type == Type.MAP ? element.get() : Schema.any();
  }

  @Override
  public Sharing sharing() {
    if (type != Type.LIST) {
      boolean atomic = "atomic".equals(Nodes.textOrEmpty(source, "x-kubernetes-map-type"));
      return atomic ? Sharing.ATOMIC : Sharing.KEYED;
    }
    return switch (Nodes.textOrEmpty(source, "x-kubernetes-list-type")) {
      case "map" -> Sharing.KEYED;
      case "set" -> Sharing.SET;
      default -> Sharing.ATOMIC;
    };
  }

  @Override
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    if (sharing() == Sharing.KEYED) {
      Nodes.list(source, "x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
    }
    return keys;
  }

  @Override
  public Optional<String> mergeKey() {
    return Optional.empty();
  }

  @Override
  public boolean mergesScalars() {
    return false;
  }

  @Override
  public boolean keepsUnknown() {
    return flag(PRESERVE);
  }

  @Override
  public boolean nullable() {
    return flag("nullable");
  }

  @Override
  public List<String> required() {
    List<String> required = new ArrayList<>();
    Nodes.list(source, "required").forEach(name -> required.add(name.asText()));
    return required;
  }

  @Override
  public Optional<JsonNode> defaultValue() {
    JsonNode value = source.get("default");
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value.deepCopy());
  }

  @Override
  public boolean embeddedResource() {
    return flag("x-kubernetes-embedded-resource");
  }

  private boolean flag(String name) {
    return source.path(name).asBoolean();
  }

  @Override
  public String toString() {
    return source.toString();
  }
}
