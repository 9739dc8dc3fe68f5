package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.rest.WatchFeed;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Just enough of an API server for controllers: generations, finalizers, grace, refusals. */
final class FakeResources implements Resources {
  private static final Set<String> HAVE_GRACE = Set.of("pods");

  private final Timers timers;
  private final Map<String, Map<Key, ObjectNode>> objects = new TreeMap<>();
  private long revision = 100;
  private Listener listener = (resource, namespace, name) -> {};
  private BiFunction<Resource, ObjectNode, @Nullable StatusException> admission =
      (resource, object) -> null;

  FakeResources(Timers timers) {
    this.timers = timers;
  }

  interface Listener {
    void changed(String groupResource, String namespace, String name);
  }

  void listen(Listener to) {
    listener = to;
  }

  /** Refuses creations, or does not with null. */
  void admit(BiFunction<Resource, ObjectNode, @Nullable StatusException> check) {
    admission = check;
  }

  private synchronized Map<Key, ObjectNode> of(Resource resource) {
    return objects.computeIfAbsent(
        resource.groupResource(),
        any ->
            new TreeMap<>(java.util.Comparator.comparing(Key::namespace).thenComparing(Key::name)));
  }

  @Override
  public ObjectNode get(Resource resource, String namespace, String name) {
    return find(resource, namespace, name)
        .orElseThrow(() -> Statuses.notFound(resource.group(), resource.plural(), name));
  }

  @Override
  public synchronized Optional<ObjectNode> find(Resource resource, String namespace, String name) {
    return Optional.ofNullable(of(resource).get(new Key(namespace, name)))
        .map(ObjectNode::deepCopy);
  }

  @Override
  public synchronized Page list(Resource resource, String namespace, Selection selection) {
    Map<String, String> wanted =
        selection.labelSelector().isEmpty()
            ? Map.of()
            : java.util.Arrays.stream(selection.labelSelector().split(",", -1))
                .map(part -> part.split("=", 2))
                .collect(Collectors.toMap(part -> part[0], part -> part[1]));
    List<ObjectNode> items = new ArrayList<>();
    of(resource)
        .forEach(
            (key, object) -> {
              if ((namespace.isEmpty() || namespace.equals(key.namespace()))
                  && Selectors.matches(wanted, Nodes.labels(object))) {
                items.add(object.deepCopy());
              }
            });
    return new Page(items, Long.toString(revision), "", 0);
  }

  @Override
  public WatchFeed watch(
      Resource resource, String namespace, Selection selection, boolean bookmarks) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ObjectNode create(
      Caller caller, Resource resource, String namespace, ObjectNode sent, Write write) {
    StatusException refusal = admission.apply(resource, sent);
    if (refusal != null) {
      throw refusal;
    }
    ObjectNode object = sent.deepCopy();
    synchronized (this) {
      ObjectNode metadata = Nodes.object(object, "metadata");
      if (Nodes.name(object).isEmpty()) {
        metadata.put(
            "name", Nodes.textOrEmpty(metadata, "generateName") + String.format("%05d", revision));
      }
      if (!namespace.isEmpty()) {
        metadata.put("namespace", namespace);
      }
      Key key = Key.of(object);
      if (of(resource).containsKey(key)) {
        throw Statuses.alreadyExists(resource.group(), resource.plural(), key.name());
      }
      metadata.put("uid", "uid-" + revision).put("generation", 1);
      metadata.put("creationTimestamp", Stamps.of(timers.now()));
      object.remove("status");
      if (resource.plural().equals("pods")) {
        Nodes.object(object, "status").put("phase", "Pending");
      }
      store(resource, key, object);
    }
    tell(resource, object);
    return object.deepCopy();
  }

  private void store(Resource resource, Key key, ObjectNode object) {
    Nodes.object(object, "metadata").put("resourceVersion", Long.toString(++revision));
    of(resource).put(key, object);
  }

  private void tell(Resource resource, ObjectNode object) {
    listener.changed(resource.groupResource(), Nodes.namespace(object), Nodes.name(object));
  }

  @Override
  public Outcome replace(
      Caller caller,
      Resource resource,
      String namespace,
      String name,
      String subresource,
      ObjectNode sent,
      Write write) {
    ObjectNode object;
    synchronized (this) {
      ObjectNode live = of(resource).get(new Key(namespace, name));
      if (live == null) {
        throw Statuses.notFound(resource.group(), resource.plural(), name);
      }
      if (!Nodes.resourceVersion(sent).equals(Nodes.resourceVersion(live))) {
        throw Statuses.modified(resource.group(), resource.plural(), name);
      }
      object = subresource.equals("status") ? live.deepCopy() : sent.deepCopy();
      if (subresource.equals("status")) {
        object.set("status", sent.path("status").deepCopy());
        object.set("metadata", sent.path("metadata").deepCopy());
      } else if (live.has("status") && !resource.plural().equals("events")) {
        object.set("status", live.path("status").deepCopy());
      }
      if (object.equals(live)) {
        return new Outcome(object.deepCopy(), false);
      }
      if (!object.path("spec").equals(live.path("spec"))) {
        Nodes.object(object, "metadata")
            .put("generation", Nodes.number(0, live, "metadata", "generation") + 1);
      }
      if (Owners.isDeleting(object)
          && Nodes.list(object, "metadata", "finalizers").isEmpty()
          && Nodes.list(object, "spec", "finalizers").isEmpty()
          && !HAVE_GRACE.contains(resource.plural())) {
        of(resource).remove(new Key(namespace, name));
      } else {
        store(resource, new Key(namespace, name), object);
      }
    }
    tell(resource, object);
    return new Outcome(object.deepCopy(), false);
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
  public void bind(Caller caller, String namespace, String name, ObjectNode binding, Write write) {
    ObjectNode pod;
    Resource pods = World.kinds().resource("", "v1", "pods").orElseThrow();
    synchronized (this) {
      pod = get(pods, namespace, name);
      Nodes.object(pod, "spec").put("nodeName", binding.path("target").path("name").asText());
      Conditions.set(
          Nodes.object(pod, "status"),
          Conditions.of("PodScheduled", "True", "", ""),
          Stamps.of(timers.now()));
      store(pods, new Key(namespace, name), pod);
    }
    tell(pods, pod);
  }

  @Override
  public Optional<ObjectNode> delete(
      Caller caller, Resource resource, String namespace, String name, Delete delete) {
    ObjectNode object;
    boolean gone;
    synchronized (this) {
      object = get(resource, namespace, name);
      if (!delete.uid().isEmpty() && !delete.uid().equals(Nodes.uid(object))) {
        throw Statuses.conflict(resource.group(), resource.plural(), name, "uid");
      }
      Long wanted = delete.graceSeconds();
      long grace =
          HAVE_GRACE.contains(resource.plural()) && !Pods.node(object).isEmpty()
              ? wanted == null ? 30 : wanted
              : 0;
      String finalizer =
          switch (delete.policy()) {
            case "Foreground" -> "foregroundDeletion";
            case "Orphan" -> "orphan";
            default -> "";
          };
      ObjectNode metadata = Nodes.object(object, "metadata");
      if (!finalizer.isEmpty()) {
        Nodes.array(metadata, "finalizers").add(finalizer);
      }
      gone =
          grace == 0
              && Nodes.list(object, "metadata", "finalizers").isEmpty()
              && Nodes.list(object, "spec", "finalizers").isEmpty();
      if (gone) {
        of(resource).remove(new Key(namespace, name));
      } else if (Owners.isDeleting(object)) {
        return Optional.of(object);
      } else {
        metadata.put("deletionTimestamp", Stamps.of(timers.now()));
        metadata.put("deletionGracePeriodSeconds", grace);
        if (resource.plural().equals("namespaces")) {
          Nodes.object(object, "status").put("phase", "Terminating");
        }
        store(resource, new Key(namespace, name), object);
      }
    }
    tell(resource, object);
    return gone ? Optional.empty() : Optional.of(object);
  }

  @Override
  public List<ObjectNode> deleteAll(
      Caller caller, Resource resource, String namespace, Selection selection, Delete delete) {
    List<ObjectNode> items = list(resource, namespace, selection).items();
    items.forEach(
        item -> delete(caller, resource, Nodes.namespace(item), Nodes.name(item), delete));
    return items;
  }

  @Override
  public void evict(
      Caller caller, String namespace, String name, ObjectNode eviction, Write write) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized Set<String> stored() {
    return objects.entrySet().stream()
        .filter(entry -> !entry.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  static Write write() {
    return new Write(false, "", "Ignore", false, new ArrayList<>());
  }

  static ObjectNode json(String text) {
    return (ObjectNode) Json.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
