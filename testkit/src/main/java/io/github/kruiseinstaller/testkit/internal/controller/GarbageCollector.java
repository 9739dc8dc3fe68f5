package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.EVENTS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.controller.OwnerIndex.Item;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Deletes what nobody owns any more, in the background, in the foreground, or not at all. */
final class GarbageCollector {
  private static final String FOREGROUND = "foregroundDeletion";
  private static final String ORPHAN = "orphan";
  private static final int WORKERS = 20;

  private final Context context;
  private final Api api;
  private final OwnerIndex index = new OwnerIndex();
  private final WorkQueue<Item> queue;

  GarbageCollector(Context context) {
    this.context = context;
    this.api = context.api().controller("generic-garbage-collector");
    this.queue = context.queue("garbage collector", WORKERS, this::sync);
    context.informers().onAny(this::changed);
  }

  private void changed(
      String groupResource, @Nullable ObjectNode before, @Nullable ObjectNode after) {
    ObjectNode any = after != null ? after : before;
    if (any == null) {
      return;
    }
    Item item = new Item(groupResource, Key.of(any));
    index.change(item, before, after);
    if (after != null) {
      boolean news = before == null || !OwnerIndex.owners(before).equals(OwnerIndex.owners(after));
      if ((news && !OwnerIndex.owners(after).isEmpty()) || isWaiting(after)) {
        later(item);
      }
    } else {
      index.dependents(Nodes.uid(any)).forEach(this::later);
    }
    // An owner that waits for its dependents may be waiting for this one.
    for (ObjectNode object : Context.both(before, after)) {
      Nodes.list(object, "metadata", "ownerReferences")
          .forEach(owner -> ownerItem(object, owner).ifPresent(this::laterIfWaiting));
    }
  }

  private void later(Item item) {
    queue.addAfter(item, context.delays().garbage());
  }

  private void laterIfWaiting(Item owner) {
    if (find(owner).filter(GarbageCollector::isWaiting).isPresent()) {
      later(owner);
    }
  }

  private static boolean isWaiting(JsonNode object) {
    return Owners.isDeleting(object) && (has(object, FOREGROUND) || has(object, ORPHAN));
  }

  private static boolean has(JsonNode object, String finalizer) {
    return Nodes.list(object, "metadata", "finalizers").stream()
        .anyMatch(there -> there.asText().equals(finalizer));
  }

  private Optional<Item> ownerItem(JsonNode child, JsonNode owner) {
    return kind(owner)
        .map(
            kind ->
                new Item(
                    kind.groupResource(),
                    new Key(
                        kind.namespaced() ? Nodes.namespace(child) : "",
                        Nodes.textOrEmpty(owner, "name"))));
  }

  private Optional<Resource> kind(JsonNode owner) {
    return api.kinds()
        .kind(Nodes.textOrEmpty(owner, "apiVersion"), Nodes.textOrEmpty(owner, "kind"));
  }

  private Optional<Resource> resource(Item item) {
    return context.informers().resource(item.groupResource());
  }

  private Optional<ObjectNode> find(Item item) {
    return resource(item)
        .flatMap(
            resource -> api.resources().find(resource, item.key().namespace(), item.key().name()));
  }

  private void sync(Item item) {
    Resource resource = resource(item).orElse(null);
    ObjectNode object = find(item).orElse(null);
    if (resource == null || object == null) {
      return;
    }
    if (Owners.isDeleting(object)) {
      if (has(object, ORPHAN)) {
        orphan(resource, object);
      } else if (has(object, FOREGROUND)) {
        foreground(item, resource, object);
      }
      return;
    }
    collect(resource, object);
  }

  /**
   * Those known to name the owner, and those of built-in kinds that do but of which no informer has
   * told yet: informers do not wait for each other.
   */
  private Set<Item> dependents(ObjectNode owner) {
    String uid = Nodes.uid(owner);
    Set<Item> dependents = new LinkedHashSet<>(index.dependents(uid));
    for (String groupResource : api.resources().stored()) {
      Resource kind = context.informers().resource(groupResource).orElse(null);
      // Reading a custom object may call a webhook; Events are nobody's dependents.
      if (kind != null && !kind.custom() && !groupResource.equals(EVENTS.groupResource())) {
        api.resources().views(kind, Nodes.namespace(owner), Resources.Selection.ALL).stream()
            .filter(object -> OwnerIndex.owners(object).contains(uid))
            .forEach(object -> dependents.add(new Item(groupResource, Key.of(object))));
      }
    }
    return dependents;
  }

  /** Lets go of all dependents, then of the object. */
  private void orphan(Resource resource, ObjectNode owner) {
    for (Item dependent : dependents(owner)) {
      Resource kind = resource(dependent).orElse(null);
      ObjectNode object = find(dependent).orElse(null);
      if (kind != null && object != null) {
        removeOwners(kind, object, Set.of(Nodes.uid(owner)));
      }
    }
    removeFinalizer(resource, owner, ORPHAN);
  }

  /** Deletes the dependents, then lets the object go. */
  private void foreground(Item item, Resource resource, ObjectNode owner) {
    boolean blocked = false;
    List<Item> told = index.dependents(Nodes.uid(owner));
    for (Item dependent : dependents(owner)) {
      ObjectNode object = find(dependent).orElse(null);
      if (object == null || !OwnerIndex.owners(object).contains(Nodes.uid(owner))) {
        continue;
      }
      blocked |= blocks(object, owner);
      if (!Owners.isDeleting(object)) {
        queue.add(dependent);
      }
      if (!told.contains(dependent)) {
        // If it goes before anybody tells of it, nobody tells that it went either.
        later(item);
      }
    }
    if (!blocked) {
      removeFinalizer(resource, owner, FOREGROUND);
    }
  }

  private static boolean blocks(JsonNode dependent, JsonNode owner) {
    return Nodes.list(dependent, "metadata", "ownerReferences").stream()
        .filter(ref -> Nodes.textOrEmpty(ref, "uid").equals(Nodes.uid(owner)))
        .anyMatch(ref -> ref.path("blockOwnerDeletion").asBoolean());
  }

  private void collect(Resource resource, ObjectNode object) {
    if (!resource.namespaced() && hasNamespacedOwner(object)) {
      // Nobody knows in which namespace the owner would have to be looked for.
      return;
    }
    boolean solid = false;
    List<String> gone = new ArrayList<>();
    boolean waiting = false;
    for (JsonNode owner : Nodes.list(object, "metadata", "ownerReferences")) {
      String uid = Nodes.textOrEmpty(owner, "uid");
      Item item = ownerItem(object, owner).orElse(null);
      // An owner of a kind that is not known may be there all the same.
      ObjectNode there = item == null ? null : find(item).orElse(null);
      if (item == null) {
        solid = true;
      } else if (there == null || !Nodes.uid(there).equals(uid)) {
        gone.add(uid);
      } else if (Owners.isDeleting(there) && has(there, FOREGROUND)) {
        gone.add(uid);
        waiting = true;
      } else {
        solid = true;
      }
    }
    if (gone.isEmpty()) {
      return;
    }
    if (solid) {
      removeOwners(resource, object, Set.copyOf(gone));
    } else {
      boolean hasDependents = !index.dependents(Nodes.uid(object)).isEmpty();
      api.delete(resource, object, policy(object, waiting && hasDependents), null);
    }
  }

  private boolean hasNamespacedOwner(ObjectNode object) {
    return Nodes.list(object, "metadata", "ownerReferences").stream()
        .flatMap(owner -> kind(owner).stream())
        .anyMatch(Resource::namespaced);
  }

  private static String policy(JsonNode object, boolean foreground) {
    if (foreground || has(object, FOREGROUND)) {
      return "Foreground";
    }
    return has(object, ORPHAN) ? "Orphan" : "Background";
  }

  private void removeOwners(Resource resource, ObjectNode object, Set<String> uids) {
    drop(
        resource,
        object,
        "ownerReferences",
        owner -> uids.contains(Nodes.textOrEmpty(owner, "uid")));
  }

  private void removeFinalizer(Resource resource, ObjectNode object, String finalizer) {
    drop(resource, object, "finalizers", there -> there.asText().equals(finalizer));
  }

  private void drop(Resource resource, ObjectNode object, String field, Predicate<JsonNode> which) {
    ObjectNode changed = object.deepCopy();
    ObjectNode metadata = Nodes.object(changed, "metadata");
    ArrayNode list = Nodes.array(metadata, field);
    for (int i = list.size() - 1; i >= 0; i--) {
      if (which.test(list.get(i))) {
        list.remove(i);
      }
    }
    if (list.isEmpty()) {
      metadata.remove(field);
    }
    if (!changed.equals(object)) {
      api.update(resource, changed, "");
    }
  }
}
