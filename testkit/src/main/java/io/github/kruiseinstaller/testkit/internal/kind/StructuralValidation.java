package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Whether the schema of a definition is structural. */
final class StructuralValidation {
  private static final String EMBEDDED = "x-kubernetes-embedded-resource";
  private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
  private static final String EITHER = "x-kubernetes-int-or-string";
  private static final String TYPES_OF_EITHER = "[{\"type\":\"integer\"},{\"type\":\"string\"}]";

  private static final List<String> TYPES =
      List.of("array", "boolean", "integer", "number", "object", "string");

  /** Where a schema stands in another. */
  private enum Level {
    ROOT("must not be empty at the root"),
    ITEM("must not be empty for specified array items"),
    FIELD("must not be empty for specified object fields");

    final String untyped;

    Level(String untyped) {
      this.untyped = untyped;
    }
  }

  private final FieldErrors errors = new FieldErrors();

  /** What keeps a schema from being structural. */
  static FieldErrors check(String field, JsonNode schema) {
    StructuralValidation validation = new StructuralValidation();
    validation.schema(field, schema, Level.ROOT);
    return validation.errors;
  }

  private void schema(String at, JsonNode schema, Level level) {
    String type = Nodes.textOrEmpty(schema, "type");
    if (!type.isEmpty()) {
      errors.oneOf(at + ".type", schema.path("type"), TYPES);
    }
    if (type.equals("array") && !schema.path("items").isObject()) {
      errors.required(at + ".items", "must be specified");
    }
    if (schema.path("items").isObject()) {
      schema(at + ".items", schema.path("items"), Level.ITEM);
    }
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      schema(property(at, property.getKey()), property.getValue(), Level.FIELD);
    }
    additional(at, schema, level);
    extensions(at, schema);
    values(at, schema, true);
    type(at, schema, level, type);
    typeMeta(at, schema, level);
    lists(at, schema, type);
  }

  private static String property(String at, String name) {
    return at + ".properties[" + name + "]";
  }

  private static boolean flag(JsonNode schema, String name) {
    return schema.path(name).asBoolean();
  }

  private void additional(String at, JsonNode schema, Level level) {
    JsonNode additional = schema.path("additionalProperties");
    if (additional.isMissingNode() || additional.isNull()) {
      return;
    }
    if (level == Level.ROOT) {
      errors.forbidden(at + ".additionalProperties", "must not be used at the root");
    }
    if (additional.isObject()) {
      schema(at + ".additionalProperties", additional, Level.FIELD);
    }
    if (!schema.path("properties").isEmpty()) {
      errors.forbidden(
          at + ".additionalProperties", "additionalProperties and properties are mutual exclusive");
    }
    if (flag(schema, EMBEDDED)) {
      errors.forbidden(
          at + ".additionalProperties",
          "must not be used if x-kubernetes-embedded-resource is set");
    }
  }

  private void extensions(String at, JsonNode schema) {
    if (flag(schema, EITHER)) {
      for (String other : List.of(PRESERVE, EMBEDDED)) {
        if (flag(schema, other)) {
          errors.invalid(
              at + "." + other,
              Json.of(true),
              "must be false if x-kubernetes-int-or-string is true");
        }
      }
    }
  }

  private void type(String at, JsonNode schema, Level level, String type) {
    boolean embedded = flag(schema, EMBEDDED);
    if (embedded && !type.equals("object")) {
      String must = "must be object if x-kubernetes-embedded-resource is true";
      if (type.isEmpty()) {
        errors.required(at + ".type", must);
      } else {
        errors.invalid(at + ".type", type, must);
      }
    } else if (type.isEmpty() && !flag(schema, EITHER) && !flag(schema, PRESERVE)) {
      errors.required(at + ".type", level.untyped);
    }
    if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
      errors.invalid(at + ".type", type, "must be object at the root");
    }
    if (embedded && !flag(schema, PRESERVE) && schema.path("properties").isEmpty()) {
      errors.required(
          at + ".properties",
          "must not be empty if x-kubernetes-embedded-resource is true without"
              + " x-kubernetes-preserve-unknown-fields");
    }
  }

  private void typeMeta(String at, JsonNode schema, Level level) {
    JsonNode properties = schema.path("properties");
    boolean whole = level == Level.ROOT || flag(schema, EMBEDDED);
    for (String name : List.of("kind", "apiVersion")) {
      JsonNode property = properties.path(name);
      String type = Nodes.textOrEmpty(property, "type");
      if (whole && property.isObject() && !type.equals("string")) {
        errors.invalid(property(at, name) + ".type", type, "must be string");
      }
    }
    JsonNode metadata = properties.path("metadata");
    if (whole && metadata.isObject()) {
      metadata(property(at, "metadata"), metadata, level);
    }
  }

  private void metadata(String at, JsonNode metadata, Level level) {
    String type = Nodes.textOrEmpty(metadata, "type");
    if (!type.equals("object")) {
      errors.invalid(at + ".type", type, "must be object");
    }
    if (level != Level.ROOT) {
      return;
    }
    ObjectNode rest = metadata.deepCopy();
    rest.remove(List.of("type", "default", "description"));
    Set<String> allowed = Set.of("name", "generateName");
    boolean fine = true;
    for (Map.Entry<String, JsonNode> property : rest.path("properties").properties()) {
      fine &= allowed.contains(property.getKey());
    }
    rest.remove("properties");
    if (!fine || !rest.isEmpty()) {
      errors.forbidden(
          at,
          "must not specify anything other than name and generateName, but metadata is implicitly"
              + " specified");
    }
  }

  private void lists(String at, JsonNode schema, String type) {
    String listType = Nodes.textOrEmpty(schema, "x-kubernetes-list-type");
    if (listType.isEmpty()) {
      return;
    }
    if (!type.equals("array")) {
      if (type.isEmpty()) {
        errors.required(at + ".type", "must be array if x-kubernetes-list-type is specified");
      } else {
        errors.invalid(at + ".type", type, "must be array if x-kubernetes-list-type is specified");
      }
    }
    errors.oneOf(
        at + ".x-kubernetes-list-type",
        schema.path("x-kubernetes-list-type"),
        List.of("atomic", "set", "map"));
    if (listType.equals("map") && Nodes.list(schema, "x-kubernetes-list-map-keys").isEmpty()) {
      errors.required(
          at + ".x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
    }
  }

  private void values(String at, JsonNode schema, boolean outside) {
    boolean eitherPattern = outside && schema.path("anyOf").toString().equals(TYPES_OF_EITHER);
    for (String name : List.of("anyOf", "allOf", "oneOf")) {
      if (name.equals("anyOf") && eitherPattern) {
        continue;
      }
      int i = 0;
      for (JsonNode nested : Nodes.list(schema, name)) {
        boolean skip =
            name.equals("allOf")
                && i == 0
                && nested.path("anyOf").toString().equals(TYPES_OF_EITHER);
        nested(at + "." + name + "[" + i++ + "]", nested, skip);
      }
    }
    if (schema.path("not").isObject()) {
      nested(at + ".not", schema.path("not"), false);
    }
    pattern(at, Nodes.textOrEmpty(schema, "pattern"));
  }

  private void pattern(String at, String pattern) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      errors.invalid(
          at + ".pattern",
          pattern,
          "must be a valid regular expression, but isn't: error parsing regexp: "
              + e.getDescription());
    }
  }

  private void nested(String at, JsonNode schema, boolean eitherPattern) {
    if (!eitherPattern) {
      values(at, schema, false);
    }
    if (schema.path("items").isObject()) {
      nested(at + ".items", schema.path("items"), false);
    }
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      nested(property(at, property.getKey()), property.getValue(), false);
      if (property.getKey().equals("metadata")) {
        errors.forbidden(property(at, "metadata"), "must not be specified in a nested context");
      }
    }
    for (String name : List.of("type", "title", "description")) {
      if (!Nodes.textOrEmpty(schema, name).isEmpty()) {
        errors.forbidden(at + "." + name, "must be empty to be structural");
      }
    }
    for (String name : List.of("additionalProperties", "default")) {
      if (schema.hasNonNull(name)) {
        errors.forbidden(at + "." + name, "must be undefined to be structural");
      }
    }
    for (String name : List.of("nullable", PRESERVE, EMBEDDED, EITHER)) {
      if (flag(schema, name)) {
        errors.forbidden(at + "." + name, "must be false to be structural");
      }
    }
  }
}
