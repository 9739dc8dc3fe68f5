package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;

/** DELETE on objects and collections. */
final class ObjectDeletes {
  private static final String PODS_STAY =
      "child pods are preserved by default when jobs are deleted; set"
          + " propagationPolicy=Background to remove them or set propagationPolicy=Orphan to"
          + " suppress this warning";

  private final Resources resources;
  private final Rendering rendering;

  ObjectDeletes(Resources resources, Rendering rendering) {
    this.resources = resources;
    this.rendering = rendering;
  }

  /** DELETE on an object. */
  Answer delete(Call call, Resource resource) {
    Accept.of(call.headers().first("Accept"));
    Resources.Delete options = options(call, resource);
    String namespace = call.namespaceOf(resource);
    String name = call.path().name();
    Resources.Removal removal = resources.remove(call.caller(), resource, namespace, name, options);
    if (!removal.gone() || removal.answered()) {
      return rendering.object(call, 200, resource, removal.object());
    }
    return rendering.object(call, 200, null, gone(resource, name, Nodes.uid(removal.object())));
  }

  private static Resources.Delete options(Call call, Resource resource) {
    Resources.Delete options = DeleteOptions.of(call);
    if (options.policy().isEmpty() && resource.groupResource().equals("jobs.batch")) {
      call.warnings().add(PODS_STAY);
    }
    return options;
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
    Resources.Delete options = options(call, resource);
    String namespace = call.namespaceOf(resource);
    String version = resources.list(resource, namespace, ListOptions.one()).resourceVersion();
    List<ObjectNode> deleted =
        resources.deleteAll(call.caller(), resource, namespace, selection, options);
    ObjectNode list = ObjectReads.listOf(resource, deleted);
    list.withObject("metadata").put("resourceVersion", version);
    return rendering.object(call, 200, resource, list);
  }
}
