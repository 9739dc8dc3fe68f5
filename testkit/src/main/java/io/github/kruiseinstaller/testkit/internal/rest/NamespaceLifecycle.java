package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Details;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.store.ObjectStore;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;

/**
 * Nothing is written into a namespace that is not there, nothing new into one that goes away, nor
 * of a kind whose definition goes away.
 */
final class NamespaceLifecycle {
  private final ObjectStore store;

  NamespaceLifecycle(ObjectStore store) {
    this.store = store;
  }

  /**
   * Before a write that is no deletion.
   *
   * @param object what is to be written
   * @param creates whether it, or a subresource by POST, is new
   */
  void check(Request request, ObjectNode object, boolean creates) {
    if (creates && request.resource().custom()) {
      checkDefinition(request, object);
    }
    String namespace = request.namespace();
    if (namespace.isEmpty() || !request.resource().namespaced()) {
      return;
    }
    ObjectNode there =
        store
            .find("namespaces", "", namespace)
            .orElseThrow(() -> Statuses.notFound("", "namespaces", namespace))
            .tree();
    if (creates && Nodes.textOrEmpty(there, "status", "phase").equals("Terminating")) {
      throw terminating(request, object);
    }
  }

  private void checkDefinition(Request request, ObjectNode object) {
    boolean terminating =
        store
            .find("customresourcedefinitions.apiextensions.k8s.io", "", request.groupResource())
            .stream()
            .flatMap(there -> Nodes.list(there.tree(), "status", "conditions").stream())
            .anyMatch(
                condition ->
                    Nodes.textOrEmpty(condition, "type").equals("Terminating")
                        && Nodes.textOrEmpty(condition, "status").equals("True"));
    if (terminating) {
      throw Statuses.forbidden(
          request.resource().group(),
          request.resource().plural(),
          request.name().isEmpty() ? Nodes.name(object) : request.name(),
          "create not allowed while custom resource definition is terminating");
    }
  }

  private static StatusException terminating(Request request, ObjectNode object) {
    String namespace = request.namespace();
    String name = nameIn(request, object);
    return new StatusException(
        403,
        "Forbidden",
        request.groupResource()
            + " \""
            + name
            + "\" is forbidden: unable to create new content in namespace "
            + namespace
            + " because it is being terminated",
        new Details(
            name,
            request.resource().group(),
            request.resource().plural(),
            "",
            List.of(
                new Cause(
                    "NamespaceTerminating",
                    "namespace " + namespace + " is being terminated",
                    "metadata.namespace")),
            0));
  }

  private static String nameIn(Request request, ObjectNode object) {
    if (!request.name().isEmpty()) {
      return request.name();
    }
    String generate = Nodes.textOrEmpty(object, "metadata", "generateName");
    return generate.isEmpty() ? "Unknown" : generate;
  }
}
