package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NAMESPACES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Empties namespaces that are to go, pods first, and lets them go. */
final class NamespaceController {
  private static final String FINALIZER = "kubernetes";

  private final Context context;
  private final Api api;
  private final WorkQueue<String> queue;

  NamespaceController(Context context) {
    this.context = context;
    this.api = context.api().controller("namespace-controller");
    this.queue = context.queue("namespace", 2, this::sync);
    context
        .informers()
        .on(
            NAMESPACES,
            (before, after) -> {
              if (after != null && Owners.isDeleting(after)) {
                queue.add(Nodes.name(after));
              }
            });
  }

  /** What is still there. */
  private static final class Remains {
    private final Map<String, Integer> objects = new TreeMap<>();
    private final Map<String, Integer> finalizers = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
  }

  private void sync(String name) {
    ObjectNode namespace = api.find(NAMESPACES, "", name).orElse(null);
    if (namespace == null || !Owners.isDeleting(namespace) || isFinalized(namespace)) {
      return;
    }
    Remains remains = new Remains();
    empty(PODS.in(api.kinds()), name, remains);
    if (remains.objects.isEmpty()) {
      for (Resource resource : namespaced()) {
        empty(resource, name, remains);
      }
    }
    namespace = writeConditions(namespace, remains);
    if (!remains.objects.isEmpty() || !remains.failures.isEmpty()) {
      queue.addAfter(name, context.delays().namespace());
      return;
    }
    release(namespace);
  }

  private static boolean isFinalized(JsonNode namespace) {
    return Nodes.list(namespace, "spec", "finalizers").stream()
        .noneMatch(finalizer -> finalizer.asText().equals(FINALIZER));
  }

  private List<Resource> namespaced() {
    Map<String, Resource> resources = new LinkedHashMap<>();
    var stored = api.resources().stored();
    for (Resource resource : api.kinds().all()) {
      if (resource.namespaced()
          && resource.verbs().contains("delete")
          && stored.contains(resource.groupResource())) {
        resources.putIfAbsent(resource.groupResource(), resource);
      }
    }
    resources.remove(PODS.groupResource());
    return List.copyOf(resources.values());
  }

  private void empty(Resource resource, String namespace, Remains remains) {
    try {
      if (api.list(resource, namespace).isEmpty()) {
        return;
      }
      api.resources()
          .deleteAll(
              api.caller(),
              resource,
              namespace,
              Resources.Selection.ALL,
              new Resources.Delete("Background", null, "", "", false));
      List<ObjectNode> left = api.list(resource, namespace);
      if (left.isEmpty()) {
        return;
      }
      remains.objects.put(resource.plural() + "." + resource.group(), left.size());
      left.stream()
          .flatMap(object -> Nodes.list(object, "metadata", "finalizers").stream())
          .forEach(finalizer -> remains.finalizers.merge(finalizer.asText(), 1, Integer::sum));
    } catch (StatusException e) {
      remains.failures.add(e.getMessage() + "");
    }
  }

  private ObjectNode writeConditions(ObjectNode namespace, Remains remains) {
    ObjectNode changed = namespace.deepCopy();
    ObjectNode status = Nodes.object(changed, "status");
    set(
        status,
        "NamespaceDeletionDiscoveryFailure",
        "ResourcesDiscovered",
        "All resources successfully discovered");
    set(
        status,
        "NamespaceDeletionGroupVersionParsingFailure",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed");
    if (remains.failures.isEmpty()) {
      set(
          status,
          "NamespaceDeletionContentFailure",
          "ContentDeleted",
          "All content successfully deleted, may be waiting on finalization");
    } else {
      fail(
          status,
          "NamespaceDeletionContentFailure",
          "ContentDeletionFailed",
          "Failed to delete all resource types, "
              + remains.failures.size()
              + " remaining: "
              + String.join(", ", remains.failures.stream().sorted().toList()));
    }
    if (remains.objects.isEmpty()) {
      set(
          status,
          "NamespaceContentRemaining",
          "ContentRemoved",
          "All content successfully removed");
    } else {
      fail(
          status,
          "NamespaceContentRemaining",
          "SomeResourcesRemain",
          "Some resources are remaining: " + counted(remains.objects, " has "));
    }
    if (remains.finalizers.isEmpty()) {
      set(
          status,
          "NamespaceFinalizersRemaining",
          "ContentHasNoFinalizers",
          "All content-preserving finalizers finished");
    } else {
      fail(
          status,
          "NamespaceFinalizersRemaining",
          "SomeFinalizersRemain",
          "Some content in the namespace has finalizers remaining: "
              + counted(remains.finalizers, " in "));
    }
    return changed.equals(namespace) ? namespace : api.updateStatus(NAMESPACES, changed);
  }

  private static String counted(Map<String, Integer> counts, String verb) {
    return String.join(
        ", ",
        counts.entrySet().stream()
            .map(entry -> entry.getKey() + verb + entry.getValue() + " resource instances")
            .sorted()
            .toList());
  }

  private void set(ObjectNode status, String type, String reason, String message) {
    Conditions.set(status, Conditions.of(type, "False", reason, message), context.now());
  }

  private void fail(ObjectNode status, String type, String reason, String message) {
    Conditions.set(status, Conditions.of(type, "True", reason, message), context.now());
  }

  private void release(ObjectNode namespace) {
    ArrayNode finalizers = Json.array();
    Nodes.list(namespace, "spec", "finalizers").stream()
        .filter(finalizer -> !finalizer.asText().equals(FINALIZER))
        .forEach(finalizers::add);
    ObjectNode changed = namespace.deepCopy();
    if (finalizers.isEmpty()) {
      Nodes.object(changed, "spec").remove("finalizers");
    } else {
      Nodes.object(changed, "spec").set("finalizers", finalizers);
    }
    api.update(NAMESPACES.in(api.kinds()), changed, "finalize");
  }
}
