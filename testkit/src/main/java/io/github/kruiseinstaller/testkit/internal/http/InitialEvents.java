package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.rest.WatchFeed;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * What a watch with {@code sendInitialEvents} begins with: all there is, then a bookmark that says
 * so.
 */
final class InitialEvents {
  private final Resources.Page page;
  private final Resource resource;

  private InitialEvents(Resources.Page page, Resource resource) {
    this.page = page;
    this.resource = resource;
  }

  static InitialEvents of(Resources.Page page, Resource resource) {
    return new InitialEvents(page, resource);
  }

  /** The same objects, all of them, as they are now. */
  static Resources.Selection everything(Resources.Selection selection) {
    return new Resources.Selection(
        selection.labelSelector(), selection.fieldSelector(), 0, "", "", "");
  }

  /** As little as is needed to learn the present resourceVersion. */
  static Resources.Selection one() {
    return new Resources.Selection("", "", 1, "", "", "");
  }

  /** The events; the bookmark only for who wants bookmarks. */
  List<WatchFeed.Event> events(boolean bookmarks) {
    List<WatchFeed.Event> events = new ArrayList<>();
    page.items().forEach(item -> events.add(new WatchFeed.Event("ADDED", item)));
    if (bookmarks) {
      ObjectNode object =
          Json.object().put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
      object
          .putObject("metadata")
          .put("resourceVersion", page.resourceVersion())
          .putObject("annotations")
          .put("k8s.io/initial-events-end", "true");
      events.add(new WatchFeed.Event("BOOKMARK", object));
    }
    return events;
  }

  /** What follows them. */
  Resources.Selection after(Resources.Selection selection) {
    return new Resources.Selection(
        selection.labelSelector(), selection.fieldSelector(), 0, "", page.resourceVersion(), "");
  }
}
