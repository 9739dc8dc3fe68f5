package io.github.kruiseinstaller.testkit.internal.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;

/** In what the versions of OpenAPI differ here. */
enum Dialect {
  /** Swagger 2.0. */
  V2("#/definitions/"),
  /** OpenAPI 3.0. */
  V3("#/components/schemas/");

  private final String prefix;

  Dialect(String prefix) {
    this.prefix = prefix;
  }

  /** A schema that is a named one. */
  ObjectNode reference(String name) {
    return Json.object().put("$ref", prefix + name);
  }

  /** A field whose schema is a named one; beside it more can be said. */
  ObjectNode field(String name) {
    if (this == V2) {
      return reference(name);
    }
    ObjectNode field = Json.object();
    field.putArray("allOf").add(reference(name));
    return field;
  }
}
