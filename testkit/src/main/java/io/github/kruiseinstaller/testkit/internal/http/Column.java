package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;

/**
 * A column of a Table.
 *
 * @param name its head
 * @param type in OpenAPI's words
 * @param format {@code name} or empty
 * @param description what it shows
 * @param priority 1 for what only {@code -o wide} shows
 */
record Column(String name, String type, String format, String description, long priority) {
  /** The name of the object. */
  static final Column NAME = new Column("Name", "string", "name", "The object's name.", 0);

  /** How old it is. */
  static final Column AGE = text("Age", "How long ago the object was created.");

  /** A text. */
  static Column text(String name, String description) {
    return new Column(name, "string", "", description, 0);
  }

  /** A whole number. */
  static Column number(String name, String description) {
    return new Column(name, "integer", "", description, 0);
  }

  /** The same, shown only when there is room. */
  Column wide() {
    return new Column(name, type, format, description, 1);
  }

  /** As it stands in a Table. */
  ObjectNode json() {
    return Json.object()
        .put("name", name)
        .put("type", type)
        .put("format", format)
        .put("description", description)
        .put("priority", priority);
  }
}
