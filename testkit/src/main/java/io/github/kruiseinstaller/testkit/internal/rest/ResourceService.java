package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.apply.FieldManagers;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.patch.PatchType;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The API server's verbs, each in a class of its own. Closing the {@link Wiring}'s store ends its
 * watches; there is nothing else to close.
 */
public final class ResourceService implements Resources {
  private static final Duration BOOKMARK_PERIOD = Duration.ofMinutes(1);

  private final Wiring wiring;
  private final Versions versions;
  private final Listing listing;
  private final Watching watching;
  private final Creation creation;
  private final Replacement replacement;
  private final Patching patching;
  private final Scaling scaling;
  private final Deletion deletion;
  private final Eviction eviction;
  private final Binding binding;

  /** Verbs over a wiring; bookmarks come once a minute. */
  public ResourceService(Wiring wiring) {
    this(wiring, System::nanoTime, BOOKMARK_PERIOD);
  }

  /**
   * Verbs over a wiring.
   *
   * @param nanos the time by which bookmarks come
   * @param bookmarkPeriod how often they do
   */
  public ResourceService(Wiring wiring, LongSupplier nanos, Duration bookmarkPeriod) {
    this.wiring = wiring;
    this.versions = new Versions(wiring);
    Gate gate = new Gate(wiring.admission(), new NamespaceLifecycle(wiring.store()));
    FieldManagers managers = new FieldManagers(wiring.kinds());
    ServiceAllocations allocations = new ServiceAllocations();
    Insertion insertion = new Insertion(wiring, gate, versions, allocations);
    Update update = new Update(wiring, gate, versions, insertion, allocations);
    this.listing = new Listing(wiring.store(), versions);
    this.watching = new Watching(wiring.store(), versions, nanos, bookmarkPeriod);
    this.creation = new Creation(wiring, managers, gate, insertion);
    this.replacement = new Replacement(wiring, managers, update);
    this.patching = new Patching(wiring, managers, update);
    this.scaling = new Scaling(wiring, managers, update, versions);
    this.deletion = new Deletion(wiring, gate, versions, allocations);
    this.eviction = new Eviction(wiring, gate, update, deletion);
    this.binding = new Binding(wiring, gate, update);
  }

  /**
   * An object in another version of its group, as webhooks may ask for it.
   *
   * @return a new tree
   */
  public ObjectNode convert(ObjectNode object, String apiVersion) {
    return wiring
        .kinds()
        .kind(apiVersion, Nodes.textOrEmpty(object, "kind"))
        .map(resource -> versions.convert(resource, object))
        .orElseGet(object::deepCopy);
  }

  @Override
  public ObjectNode get(Resource resource, String namespace, String name) {
    return find(resource, namespace, name)
        .orElseThrow(() -> Statuses.notFound(resource.group(), resource.plural(), name));
  }

  @Override
  public Optional<ObjectNode> find(Resource resource, String namespace, String name) {
    return wiring
        .store()
        .find(resource.groupResource(), namespace, name)
        .map(Stored::tree)
        .map(tree -> versions.read(resource, tree));
  }

  @Override
  public Optional<ObjectNode> view(Resource resource, String namespace, String name) {
    return wiring
        .store()
        .find(resource.groupResource(), namespace, name)
        .map(Stored::tree)
        .map(tree -> versions.view(resource, tree));
  }

  @Override
  public List<ObjectNode> views(Resource resource, String namespace, Selection selection) {
    return listing.views(resource, namespace, selection);
  }

  @Override
  public ObjectNode subresource(
      Resource resource, String namespace, String name, String subresource) {
    ObjectNode object = get(resource, namespace, name);
    return subresource.equals("scale")
        ? scaling.get(
            request("get", reader(), resource, namespace, name, subresource, silent(false)), object)
        : object;
  }

  @Override
  public Page list(Resource resource, String namespace, Selection selection) {
    return listing.list(resource, namespace, selection);
  }

  @Override
  public WatchFeed watch(
      Resource resource, String namespace, Selection selection, boolean bookmarks) {
    return watching.watch(resource, namespace, selection, bookmarks);
  }

  @Override
  public void endWatches(String groupResource) {
    wiring.store().end(groupResource);
  }

  @Override
  public ObjectNode create(
      Caller caller, Resource resource, String namespace, ObjectNode object, Write write) {
    return creation.create(request("create", caller, resource, namespace, "", "", write), object);
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
    Request request = request("update", caller, resource, namespace, name, subresource, write);
    return subresource.equals("scale")
        ? scaling.replace(request, object)
        : replacement.replace(request, object);
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
    PatchType type = PatchType.of(contentType, resource.custom());
    Request request = request("patch", caller, resource, namespace, name, subresource, write);
    return subresource.equals("scale")
        ? scaling.patch(request, type, patch)
        : patching.patch(request, type, patch);
  }

  @Override
  public Optional<ObjectNode> delete(
      Caller caller, Resource resource, String namespace, String name, Delete delete) {
    Removal removal = remove(caller, resource, namespace, name, delete);
    return removal.gone() ? Optional.empty() : Optional.of(removal.object());
  }

  @Override
  public Removal remove(
      Caller caller, Resource resource, String namespace, String name, Delete delete) {
    Write write = silent(delete.dryRun());
    return deletion.delete(
        request("delete", caller, resource, namespace, name, "", write), delete, true);
  }

  @Override
  public List<ObjectNode> deleteAll(
      Caller caller, Resource resource, String namespace, Selection selection, Delete delete) {
    List<ObjectNode> objects = list(resource, namespace, selection).items();
    for (ObjectNode object : objects) {
      Request request =
          request(
              "deletecollection",
              caller,
              resource,
              Nodes.namespace(object),
              Nodes.name(object),
              "",
              silent(delete.dryRun()));
      try {
        deletion.delete(request, delete, true);
      } catch (StatusException e) {
        if (e.code() != 404) {
          throw e;
        }
        // Somebody else was faster, which is what was asked for.
      }
    }
    return objects;
  }

  @Override
  public void evict(Caller caller, String namespace, String name, ObjectNode evicted, Write write) {
    eviction.evict(request("create", caller, pods(), namespace, name, "eviction", write), evicted);
  }

  @Override
  public void bind(Caller caller, String namespace, String name, ObjectNode bound, Write write) {
    binding.bind(request("create", caller, pods(), namespace, name, "binding", write), bound);
  }

  @Override
  public Set<String> stored() {
    return wiring.store().resources();
  }

  private Resource pods() {
    return wiring.kinds().resource("", "v1", "pods").orElseThrow(Statuses::noSuchPath);
  }

  private static Caller reader() {
    return Caller.system("system:apiserver");
  }

  /** Of a deletion, which has no other options of a write. */
  static Write silent(boolean dryRun) {
    return new Write(dryRun, "", "", false, new ArrayList<>());
  }

  private static Request request(
      String verb,
      Caller caller,
      Resource resource,
      String namespace,
      String name,
      String subresource,
      Write write) {
    String where = resource.namespaced() ? namespace : "";
    return new Request(verb, caller, resource, where, name, subresource, write);
  }
}
