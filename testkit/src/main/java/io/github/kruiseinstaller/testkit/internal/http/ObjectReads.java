package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.List;

/** GET on objects and collections. */
final class ObjectReads {
  private final Resources resources;
  private final Rendering rendering;

  ObjectReads(Resources resources, Rendering rendering) {
    this.resources = resources;
    this.rendering = rendering;
  }

  /** GET on an object. */
  Answer get(Call call, Resource resource) {
    Accept.of(call.headers().first("Accept"));
    ObjectNode object = resources.get(resource, call.namespaceOf(resource), call.path().name());
    return rendering.object(call, 200, resource, object);
  }

  /** GET on a collection. */
  Answer list(Call call, Resource resource) {
    Resources.Selection selection = ListOptions.selection(call);
    Accept.of(call.headers().first("Accept"));
    if (call.faults().main() instanceof Fault.Expired) {
      throw Statuses.expired(
          selection.continueToken().isEmpty()
              ? "The resourceVersion for the provided list is too old."
              : "The provided continue parameter is too old to display a consistent list result."
                  + " You can start a new list without the continue parameter.");
    }
    Resources.Page page = resources.list(resource, call.namespaceOf(resource), selection);
    return rendering.object(call, 200, resource, tree(resource, page));
  }

  /** The list as the API server writes it: items of built-in kinds do not say their kind. */
  static ObjectNode tree(Resource resource, Resources.Page page) {
    ObjectNode list = listOf(resource, page.items());
    ObjectNode metadata = list.withObject("metadata");
    metadata.put("resourceVersion", page.resourceVersion());
    if (resource.custom() || !page.continueToken().isEmpty()) {
      metadata.put("continue", page.continueToken());
    }
    if (page.remaining() > 0) {
      metadata.put("remainingItemCount", page.remaining());
    }
    return list;
  }

  /** Objects as a list without metadata. */
  static ObjectNode listOf(Resource resource, List<ObjectNode> objects) {
    ObjectNode list =
        Json.object()
            .put("kind", resource.kind() + "List")
            .put("apiVersion", resource.apiVersion());
    list.putObject("metadata");
    ArrayNode items = list.putArray("items");
    for (ObjectNode object : objects) {
      if (!resource.custom()) {
        object.remove(List.of("kind", "apiVersion"));
      }
      items.add(object);
    }
    return list;
  }
}
