package io.github.kruiseinstaller.testkit.internal.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;

/** RFC 7386. */
final class MergePatch {
  private MergePatch() {}

  /** A patched copy. */
  static ObjectNode apply(ObjectNode object, ObjectNode patch) {
    ObjectNode patched = object.deepCopy();
    patch
        .properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              if (value.isNull()) {
                patched.remove(entry.getKey());
              } else if (value instanceof ObjectNode below) {
                ObjectNode there =
                    patched.get(entry.getKey()) instanceof ObjectNode old ? old : Json.object();
                patched.set(entry.getKey(), apply(there, below));
              } else {
                patched.set(entry.getKey(), value.deepCopy());
              }
            });
    return GoOrder.sorted(patched);
  }
}
