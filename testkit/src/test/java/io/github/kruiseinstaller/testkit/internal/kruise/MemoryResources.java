package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Observer;
import io.github.kruiseinstaller.testkit.internal.rest.Observer.Effect;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.rest.WatchFeed;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Objects in a map: what a program in a pod needs of an API server, and nothing else. */
final class MemoryResources implements Resources {
  private final Observer observer;
  private final Map<String, ObjectNode> objects = new TreeMap<>();
  private final List<String> writes = new ArrayList<>();
  private Function<String, Optional<StatusException>> refusals = write -> Optional.empty();
  private long revision = 100;

  MemoryResources(Observer observer) {
    this.observer = observer;
  }

  /** All writes so far, such as {@code create pods default/web-1}. */
  List<String> writes() {
    return List.copyOf(writes);
  }

  /** Refuses writes, which are named as in {@link #writes}. */
  void refuse(Function<String, Optional<StatusException>> newRefusals) {
    refusals = newRefusals;
  }

  private static String key(Resource resource, String namespace, String name) {
    return resource.groupResource() + " " + namespace + "/" + name;
  }

  @Override
  public ObjectNode get(Resource resource, String namespace, String name) {
    return find(resource, namespace, name)
        .orElseThrow(() -> Statuses.notFound(resource.group(), resource.plural(), name));
  }

  @Override
  public synchronized Optional<ObjectNode> find(Resource resource, String namespace, String name) {
    return Optional.ofNullable(objects.get(key(resource, namespace, name)))
        .map(ObjectNode::deepCopy);
  }

  @Override
  public synchronized Page list(Resource resource, String namespace, Selection selection) {
    String prefix = resource.groupResource() + " " + (namespace.isEmpty() ? "" : namespace + "/");
    List<ObjectNode> items = new ArrayList<>();
    objects.forEach(
        (key, object) -> {
          if (key.startsWith(prefix)) {
            items.add(object.deepCopy());
          }
        });
    return new Page(items, String.valueOf(revision), "", 0);
  }

  @Override
  public WatchFeed watch(
      Resource resource, String namespace, Selection selection, boolean bookmarks) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void endWatches(String groupResource) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ObjectNode create(
      Caller caller, Resource resource, String namespace, ObjectNode object, Write write) {
    String name = Nodes.name(object);
    String key = key(resource, namespace, name);
    ObjectNode stored = object.deepCopy();
    synchronized (this) {
      recordOrRefuse("create " + key);
      if (objects.containsKey(key)) {
        throw Statuses.alreadyExists(resource.group(), resource.plural(), name);
      }
      Nodes.object(stored, "metadata")
          .put("uid", "uid-" + ++revision)
          .put("resourceVersion", String.valueOf(revision))
          .put("generation", 1);
      objects.put(key, stored);
    }
    observer.wrote("create", resource, namespace, name, Effect.CREATED);
    return stored.deepCopy();
  }

  private void recordOrRefuse(String write) {
    writes.add(write);
    refusals
        .apply(write)
        .ifPresent(
            refusal -> {
              throw refusal;
            });
  }

  @Override
  public Outcome replace(
      Caller caller,
      Resource resource,
      String namespace,
      String name,
      String subresource,
      ObjectNode object,
      Write write) {
    ObjectNode stored = object.deepCopy();
    String key = key(resource, namespace, name);
    Effect effect = Effect.CHANGED;
    synchronized (this) {
      recordOrRefuse("update " + key + (subresource.isEmpty() ? "" : "/" + subresource));
      ObjectNode before = objects.get(key);
      if (before == null) {
        throw Statuses.notFound(resource.group(), resource.plural(), name);
      }
      String version = Nodes.resourceVersion(stored);
      if (!version.isEmpty() && !version.equals(Nodes.resourceVersion(before))) {
        throw Statuses.modified(resource.group(), resource.plural(), name);
      }
      stored = stored(before, stored, subresource);
      if (withoutVersion(stored).equals(withoutVersion(before))) {
        return new Outcome(before.deepCopy(), false);
      }
      Nodes.object(stored, "metadata").put("resourceVersion", String.valueOf(++revision));
      objects.put(key, stored);
      if (!Nodes.textOrEmpty(stored, "metadata", "deletionTimestamp").isEmpty()
          && Nodes.list(stored, "metadata", "finalizers").isEmpty()) {
        objects.remove(key);
        effect = Effect.DELETED;
      }
    }
    observer.wrote("update", resource, namespace, name, effect);
    return new Outcome(stored.deepCopy(), false);
  }

  private static ObjectNode stored(ObjectNode before, ObjectNode sent, String subresource) {
    if (subresource.equals("status")) {
      ObjectNode stored = before.deepCopy();
      stored.set("status", sent.path("status"));
      return stored;
    }
    ObjectNode metadata = Nodes.object(sent, "metadata");
    metadata.put("uid", Nodes.uid(before));
    long generation = Nodes.number(1, before, "metadata", "generation");
    boolean changed = !sent.path("spec").equals(before.path("spec"));
    metadata.put("generation", changed ? generation + 1 : generation);
    return sent;
  }

  private static ObjectNode withoutVersion(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    Nodes.object(copy, "metadata").remove("resourceVersion");
    return copy;
  }

  @Override
  public Outcome patch(
      Caller caller,
      Resource resource,
      String namespace,
      String name,
      String subresource,
      String contentType,
      byte[] patch,
      Write write) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<ObjectNode> delete(
      Caller caller, Resource resource, String namespace, String name, Delete delete) {
    String key = key(resource, namespace, name);
    Effect effect = Effect.DELETED;
    ObjectNode left = Json.object();
    synchronized (this) {
      recordOrRefuse("delete " + key);
      ObjectNode object = objects.get(key);
      if (object == null) {
        throw Statuses.notFound(resource.group(), resource.plural(), name);
      }
      if (Nodes.list(object, "metadata", "finalizers").isEmpty()) {
        objects.remove(key);
      } else {
        Nodes.object(object, "metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");
        left = object.deepCopy();
        effect = Effect.CHANGED;
      }
    }
    observer.wrote("delete", resource, namespace, name, effect);
    return left.isEmpty() ? Optional.empty() : Optional.of(left);
  }

  @Override
  public List<ObjectNode> deleteAll(
      Caller caller, Resource resource, String namespace, Selection selection, Delete delete) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void evict(
      Caller caller, String namespace, String name, ObjectNode eviction, Write write) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<String> stored() {
    throw new UnsupportedOperationException();
  }
}
