package io.github.kruiseinstaller.testkit.internal.kind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.function.Consumer;

/** Puts values where there is none. */
final class Fill {
  private Fill() {}

  /** A text where there is none, or an empty one. */
  static void text(ObjectNode object, String name, String value) {
    if (Nodes.textOrEmpty(object, name).isEmpty()) {
      object.put(name, value);
    }
  }

  /** A number where there is nothing; zero is something. */
  static void number(ObjectNode object, String name, long value) {
    if (!object.hasNonNull(name)) {
      object.put(name, value);
    }
  }

  /** A number where there is none, or zero. */
  static void positive(ObjectNode object, String name, long value) {
    if (object.path(name).asLong() == 0) {
      object.put(name, value);
    }
  }

  /** A truth value where there is none. */
  static void bool(ObjectNode object, String name, boolean value) {
    if (!object.hasNonNull(name)) {
      object.put(name, value);
    }
  }

  /** An object where there is none. */
  static ObjectNode object(ObjectNode object, String name) {
    return Nodes.object(object, name);
  }

  /** Does something with an object, if it is there. */
  static void within(JsonNode object, Consumer<ObjectNode> what, String... path) {
    if (Nodes.at(object, path) instanceof ObjectNode there) {
      what.accept(there);
    }
  }

  /** Does something with each object of a list. */
  static void each(JsonNode object, Consumer<ObjectNode> what, String... path) {
    for (JsonNode element : Nodes.list(object, path)) {
      if (element instanceof ObjectNode there) {
        what.accept(there);
      }
    }
  }
}
