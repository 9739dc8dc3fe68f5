package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DEFINITIONS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.List;

/** Deletes the objects of a CustomResourceDefinition that is to go, and then lets it go. */
final class DefinitionFinalizer {
  private static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";
  private static final Duration POLL = Duration.ofSeconds(5);

  private final Context context;
  private final Api api;
  private final WorkQueue<String> queue;

  DefinitionFinalizer(Context context) {
    this.context = context;
    this.api = context.api().as(Caller.apiServer());
    this.queue = context.queue("definition finalizer", 1, this::sync);
    context
        .informers()
        .on(
            DEFINITIONS,
            (before, after) -> {
              if (after != null && isDue(after)) {
                queue.add(Nodes.name(after));
              }
            });
    context
        .informers()
        .onAny(
            (groupResource, before, after) -> {
              if (after == null) {
                context.informers().seen(DEFINITIONS, "").stream()
                    .filter(DefinitionFinalizer::isDue)
                    .filter(definition -> Nodes.name(definition).equals(groupResource))
                    .forEach(definition -> queue.add(Nodes.name(definition)));
              }
            });
  }

  private static boolean isDue(JsonNode definition) {
    return Owners.isDeleting(definition)
        && Nodes.list(definition, "metadata", "finalizers").stream()
            .anyMatch(finalizer -> finalizer.asText().equals(FINALIZER));
  }

  private void sync(String name) {
    ObjectNode definition = api.find(DEFINITIONS, "", name).orElse(null);
    if (definition == null || !isDue(definition)) {
      return;
    }
    definition =
        condition(
            definition,
            "True",
            "InstanceDeletionInProgress",
            "CustomResource deletion is in progress");
    if (!Conditions.isTrue(definition.path("status"), "Established")) {
      release(condition(definition, "False", "NeverEstablished", "resource was never established"));
      return;
    }
    try {
      if (deleteObjects(name)) {
        release(
            condition(definition, "False", "InstanceDeletionCompleted", "removed all instances"));
      } else {
        queue.addAfter(name, POLL);
      }
    } catch (StatusException e) {
      condition(
          definition,
          "True",
          "InstanceDeletionFailed",
          "could not issue all deletes: " + e.getMessage());
      throw e;
    }
  }

  /** Whether none are left. */
  private boolean deleteObjects(String name) {
    Resource resource = context.informers().resource(name).orElse(null);
    if (resource == null) {
      return true;
    }
    List<String> namespaces =
        api.list(resource, "").stream().map(Nodes::namespace).distinct().toList();
    for (String namespace : namespaces) {
      api.resources()
          .deleteAll(
              api.caller(),
              resource,
              namespace,
              Resources.Selection.ALL,
              new Resources.Delete("", null, "", "", false));
    }
    return api.list(resource, "").isEmpty();
  }

  private ObjectNode condition(ObjectNode definition, String value, String reason, String message) {
    ObjectNode changed = definition.deepCopy();
    return Conditions.set(
            Nodes.object(changed, "status"),
            Conditions.of("Terminating", value, reason, message),
            context.now())
        ? api.updateStatus(DEFINITIONS, changed)
        : definition;
  }

  private void release(ObjectNode definition) {
    ObjectNode changed = definition.deepCopy();
    ObjectNode metadata = Nodes.object(changed, "metadata");
    ArrayNode finalizers = Nodes.array(metadata, "finalizers");
    for (int i = finalizers.size() - 1; i >= 0; i--) {
      if (finalizers.get(i).asText().equals(FINALIZER)) {
        finalizers.remove(i);
      }
    }
    if (finalizers.isEmpty()) {
      metadata.remove("finalizers");
    }
    api.update(DEFINITIONS, changed);
  }
}
