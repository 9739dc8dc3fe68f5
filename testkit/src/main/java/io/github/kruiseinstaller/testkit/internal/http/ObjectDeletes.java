package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.fault.Effect;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** DELETE on objects and collections. */
final class ObjectDeletes {
  // Of these the answer to a delete is the object that was, not a Status.
  private static final Set<String> RETURNED =
      Set.of(
          "namespaces",
          "persistentvolumeclaims",
          "persistentvolumes",
          "pods",
          "podtemplates",
          "resourcequotas",
          "serviceaccounts",
          "services",
          "csidrivers.storage.k8s.io",
          "csinodes.storage.k8s.io",
          "storageclasses.storage.k8s.io",
          "volumeattachments.storage.k8s.io");

  private final Resources resources;
  private final Rendering rendering;

  ObjectDeletes(Resources resources, Rendering rendering) {
    this.resources = resources;
    this.rendering = rendering;
  }

  /** DELETE on an object. */
  Answer delete(Call call, Resource resource) {
    Accept.of(call.headers().first("Accept"));
    Resources.Delete options = DeleteOptions.of(call);
    String namespace = call.namespaceOf(resource);
    String name = call.path().name();
    ObjectNode before =
        resources
            .find(resource, namespace, name)
            .orElseThrow(() -> Statuses.notFound(resource.group(), resource.plural(), name));
    Optional<ObjectNode> left =
        resources.delete(call.caller(), resource, namespace, name, options);
    Effect effect = options.dryRun() ? Effect.NONE : Effect.DELETED;
    if (left.isPresent()) {
      return rendering.object(call, 200, resource, left.get(), effect);
    }
    if (RETURNED.contains(resource.groupResource())) {
      return rendering.object(call, 200, resource, before, effect);
    }
    return rendering.object(call, 200, null, gone(resource, name, Nodes.uid(before)), effect);
  }

  private static ObjectNode gone(Resource resource, String name, String uid) {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Success");
    ObjectNode details = status.putObject("details").put("name", name);
    if (!resource.group().isEmpty()) {
      details.put("group", resource.group());
    }
    details.put("kind", resource.plural()).put("uid", uid);
    return status;
  }

  /** DELETE on a collection. */
  Answer deleteAll(Call call, Resource resource) {
    Accept.of(call.headers().first("Accept"));
    Resources.Selection selection = ListOptions.selection(call);
    Resources.Delete options = DeleteOptions.of(call);
    String namespace = call.namespaceOf(resource);
    String version =
        resources.list(resource, namespace, InitialEvents.one()).resourceVersion();
    List<ObjectNode> deleted =
        resources.deleteAll(call.caller(), resource, namespace, selection, options);
    ObjectNode list = ObjectReads.listOf(resource, deleted);
    list.withObject("metadata").put("resourceVersion", version);
    Effect effect = options.dryRun() || deleted.isEmpty() ? Effect.NONE : Effect.DELETED;
    return rendering.object(call, 200, resource, list, effect);
  }
}
