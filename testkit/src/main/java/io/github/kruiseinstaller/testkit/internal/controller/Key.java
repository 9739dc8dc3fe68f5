package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;

/**
 * Which object of a known kind.
 *
 * @param namespace or empty
 * @param name its name
 */
record Key(String namespace, String name) {
  static Key of(JsonNode object) {
    return new Key(Nodes.namespace(object), Nodes.name(object));
  }
}
