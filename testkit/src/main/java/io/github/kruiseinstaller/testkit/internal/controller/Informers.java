package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Turns "this object changed" into before and after, for whoever asked to hear of its kind. Several
 * changes in a row may be told as one, none is lost. Thread-safe.
 */
final class Informers {
  private static final String EVENTS = "events";

  private final Api api;
  private final WorkQueue<Changed> builtIn;
  private final WorkQueue<Changed> others;
  private final Map<String, Map<Key, ObjectNode>> seen = new ConcurrentHashMap<>();
  private final Map<String, List<Handler>> handlers = new ConcurrentHashMap<>();
  private final List<AnyHandler> anyHandlers = new CopyOnWriteArrayList<>();

  Informers(Api api, Executor executor, Timers timers) {
    this.api = api;
    this.builtIn = new WorkQueue<>("informer", executor, timers, 1, this::look);
    // Reading a custom object may call a conversion webhook, which may hang: nobody waits for it.
    this.others = new WorkQueue<>("custom informer", executor, timers, 1, this::look);
  }

  /** Hears of the objects of one kind. Trees are shared: never changed. */
  @FunctionalInterface
  interface Handler {
    /** Null before: it is new. Null after: it is gone. */
    void changed(@Nullable ObjectNode before, @Nullable ObjectNode after);
  }

  /** Hears of objects of all kinds; of most it sees no more than their metadata. */
  @FunctionalInterface
  interface AnyHandler {
    /** Null before: it is new. Null after: it is gone. */
    void changed(String groupResource, @Nullable ObjectNode before, @Nullable ObjectNode after);
  }

  private record Changed(String groupResource, Key key) {}

  void on(BuiltIn kind, Handler handler) {
    handlers
        .computeIfAbsent(kind.groupResource(), any -> new CopyOnWriteArrayList<>())
        .add(handler);
  }

  void onAny(AnyHandler handler) {
    anyHandlers.add(handler);
  }

  /** Objects of a kind that somebody hears of, as last seen. Shared: never changed. */
  List<ObjectNode> seen(BuiltIn kind, String namespace) {
    List<ObjectNode> objects = new ArrayList<>();
    seen.getOrDefault(kind.groupResource(), Map.of())
        .forEach(
            (key, object) -> {
              if (namespace.isEmpty() || namespace.equals(key.namespace())) {
                objects.add(object);
              }
            });
    return objects;
  }

  /** An object was made, changed or deleted. */
  void changed(String groupResource, String namespace, String name) {
    if (groupResource.equals(EVENTS)) {
      return;
    }
    Changed changed = new Changed(groupResource, new Key(namespace, name));
    (handlers.containsKey(groupResource) ? builtIn : others).add(changed);
  }

  /** Tells of everything that is there. */
  void start() {
    for (String groupResource : api.resources().stored()) {
      resource(groupResource)
          .ifPresent(
              resource ->
                  api.resources()
                      .views(resource, "", Resources.Selection.ALL)
                      .forEach(
                          object ->
                              changed(groupResource, Nodes.namespace(object), Nodes.name(object))));
    }
  }

  void close() {
    builtIn.close();
    others.close();
  }

  /** What serves a group resource now, in its preferred version. */
  Optional<Resource> resource(String groupResource) {
    int dot = groupResource.indexOf('.');
    String plural = dot < 0 ? groupResource : groupResource.substring(0, dot);
    String group = dot < 0 ? "" : groupResource.substring(dot + 1);
    return api.kinds().versions(group, plural).stream().findFirst();
  }

  private void look(Changed changed) {
    String groupResource = changed.groupResource();
    Key key = changed.key();
    List<Handler> interested = handlers.getOrDefault(groupResource, List.of());
    ObjectNode now =
        resource(groupResource)
            .flatMap(kind -> api.resources().view(kind, key.namespace(), key.name()))
            .map(object -> interested.isEmpty() ? metadataOnly(object) : object)
            .orElse(null);
    Map<Key, ObjectNode> objects =
        seen.computeIfAbsent(groupResource, any -> new ConcurrentHashMap<>());
    ObjectNode before = now == null ? objects.remove(key) : objects.put(key, now);
    if (before == null && now == null) {
      return;
    }
    if (before != null && now != null && !Nodes.uid(before).equals(Nodes.uid(now))) {
      tell(groupResource, before, null);
      tell(groupResource, null, now);
    } else {
      tell(groupResource, before, now);
    }
  }

  private void tell(String groupResource, @Nullable ObjectNode before, @Nullable ObjectNode after) {
    for (Handler handler : handlers.getOrDefault(groupResource, List.of())) {
      handler.changed(before, after);
    }
    for (AnyHandler handler : anyHandlers) {
      handler.changed(groupResource, before, after);
    }
  }

  private static ObjectNode metadataOnly(ObjectNode object) {
    ObjectNode slim = Json.object();
    slim.set("apiVersion", object.path("apiVersion"));
    slim.set("kind", object.path("kind"));
    slim.set("metadata", object.path("metadata"));
    return slim;
  }
}
