package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import org.jspecify.annotations.Nullable;

/**
 * What a webhook is asked.
 *
 * @param operation {@code CREATE}, {@code UPDATE} or {@code DELETE}
 * @param kind such as {@code Pod}
 * @param resource such as {@code pods}
 * @param subresource such as {@code eviction}, or empty
 * @param namespace or empty
 * @param name of the object
 * @param object as it would be; null for DELETE
 * @param oldObject as it is; null for CREATE
 */
record AdmissionQuestion(
    String operation,
    String kind,
    String resource,
    String subresource,
    String namespace,
    String name,
    @Nullable ObjectNode object,
    @Nullable ObjectNode oldObject) {
  /** Whether it would be deleted. */
  boolean deletes() {
    return operation.equals("DELETE");
  }

  /** A copy of the object as it would be, empty if there is none. */
  ObjectNode copy() {
    return object == null ? Json.object() : object.deepCopy();
  }
}
