package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.Writer;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import org.jspecify.annotations.Nullable;

/** Remembers only the last writer, and lets an apply replace what it names. */
class PlainOwnership implements Ownership {
  @Override
  public ObjectNode updated(
      Resource resource, @Nullable ObjectNode live, ObjectNode next, Writer by) {
    return marked(next.deepCopy(), by, "Update");
  }

  @Override
  public ObjectNode applied(
      Resource resource, @Nullable ObjectNode live, ObjectNode config, Writer by, boolean force) {
    ObjectNode base = live == null ? Json.object() : live.deepCopy();
    merge(base, config);
    return marked(base, by, "Apply");
  }

  private static void merge(ObjectNode into, ObjectNode from) {
    from.properties()
        .forEach(
            entry -> {
              JsonNode there = into.get(entry.getKey());
              if (there instanceof ObjectNode object && entry.getValue() instanceof ObjectNode more) {
                merge(object, more);
              } else {
                into.set(entry.getKey(), entry.getValue().deepCopy());
              }
            });
  }

  private static ObjectNode marked(ObjectNode object, Writer by, String operation) {
    Metadata.of(object)
        .putArray("managedFields")
        .addObject()
        .put("manager", by.manager())
        .put("operation", operation)
        .put("subresource", by.subresource());
    return object;
  }

  @Override
  public ObjectNode settled(ObjectNode live, ObjectNode next) {
    ObjectNode one = live.deepCopy();
    ObjectNode other = next.deepCopy();
    Metadata.of(one).remove("managedFields");
    Metadata.of(other).remove("managedFields");
    return one.equals(other) ? live.deepCopy() : next;
  }
}
