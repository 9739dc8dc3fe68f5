package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The API server's verbs on objects, without HTTP: validation, defaults, admission, storage. Used
 * by the HTTP side and by the controllers alike, so that what a controller creates is admitted too.
 * Does not ask whether the caller may. Trees that go in and come out belong to the caller. All
 * methods throw {@link io.github.kruiseinstaller.testkit.internal.status.StatusException} when
 * refused. Thread-safe.
 */
public interface Resources {
  /**
   * How to write.
   *
   * @param dryRun nothing is stored
   * @param fieldManager empty: taken from the caller's agent
   * @param fieldValidation {@code Strict}, {@code Warn}, {@code Ignore} or empty, which is Warn
   * @param force of an apply
   * @param warnings gets what goes into Warning headers
   * @param mayCreate asked when an update is about to create what is not there; throws when the
   *     caller may only update
   */
  record Write(
      boolean dryRun,
      String fieldManager,
      String fieldValidation,
      boolean force,
      List<String> warnings,
      Runnable mayCreate) {
    /** By somebody who may create what he updates. */
    public Write(
        boolean dryRun,
        String fieldManager,
        String fieldValidation,
        boolean force,
        List<String> warnings) {
      this(dryRun, fieldManager, fieldValidation, force, warnings, () -> {});
    }

    /** The same, asking whether an update may create. */
    public Write asking(Runnable mayCreate) {
      return new Write(dryRun, fieldManager, fieldValidation, force, warnings, mayCreate);
    }
  }

  /**
   * Which objects, and which part of them.
   *
   * @param labelSelector in Kubernetes' text form, or empty
   * @param fieldSelector likewise
   * @param limit 0 for all
   * @param continueToken empty for the first page
   * @param resourceVersion empty for the newest
   * @param resourceVersionMatch empty, {@code Exact} or {@code NotOlderThan}
   */
  record Selection(
      String labelSelector,
      String fieldSelector,
      int limit,
      String continueToken,
      String resourceVersion,
      String resourceVersionMatch) {
    /** Everything, as it is now. */
    public static final Selection ALL = new Selection("", "", 0, "", "", "");
  }

  /**
   * Part of a list.
   *
   * @param items the objects
   * @param resourceVersion when
   * @param continueToken empty at the end
   * @param remaining how many come after, 0 when unknown
   */
  record Page(
      List<ObjectNode> items, String resourceVersion, String continueToken, long remaining) {}

  /**
   * How to delete.
   *
   * @param policy {@code Background}, {@code Foreground}, {@code Orphan} or empty for the default
   * @param graceSeconds null for the kind's default
   * @param uid precondition, or empty
   * @param resourceVersion precondition, or empty
   * @param dryRun nothing is deleted
   */
  record Delete(
      String policy,
      @Nullable Long graceSeconds,
      String uid,
      String resourceVersion,
      boolean dryRun) {
    /** In the background, at once. */
    public static final Delete NOW = new Delete("Background", 0L, "", "", false);
  }

  /**
   * What a write left.
   *
   * @param object as it is now
   * @param created whether it was not there before
   */
  record Outcome(ObjectNode object, boolean created) {}

  /**
   * What a deletion left.
   *
   * @param object as it is now, or as it was last
   * @param gone whether it is no longer there
   * @param answered whether a client is answered with the object, not with a Status
   */
  record Removal(ObjectNode object, boolean gone, boolean answered) {}

  /** The object. */
  ObjectNode get(Resource resource, String namespace, String name);

  /** The object, or empty. */
  Optional<ObjectNode> find(Resource resource, String namespace, String name);

  /** The object to look at only, or empty: the tree may be shared and must not be changed. */
  default Optional<ObjectNode> view(Resource resource, String namespace, String name) {
    return find(resource, namespace, name);
  }

  /** Objects to look at only: the trees may be shared and must not be changed. */
  default List<ObjectNode> views(Resource resource, String namespace, Selection selection) {
    return list(resource, namespace, selection).items();
  }

  /** Objects in one namespace, or with an empty one in all. */
  Page list(Resource resource, String namespace, Selection selection);

  /**
   * Opens a watch. With an empty resourceVersion or {@code 0} it begins with ADDED events for all
   * that is there. The resourceVersionMatch {@code NotOlderThan} means {@code
   * sendInitialEvents=true}: those events, then a bookmark that says that they have ended. A
   * resourceVersion that is too old is answered with an ERROR event.
   */
  WatchFeed watch(Resource resource, String namespace, Selection selection, boolean bookmarks);

  /** Ends the watches of a group resource, in all its versions; there may be new ones. */
  void endWatches(String groupResource);

  /** POST. */
  ObjectNode create(
      Caller caller, Resource resource, String namespace, ObjectNode object, Write write);

  /** PUT on the object, or with a subresource ({@code status}, {@code scale}) on that. */
  Outcome replace(
      Caller caller,
      Resource resource,
      String namespace,
      String name,
      String subresource,
      ObjectNode object,
      Write write);

  /** PATCH; {@code contentType} says of which sort. */
  Outcome patch(
      Caller caller,
      Resource resource,
      String namespace,
      String name,
      String subresource,
      String contentType,
      byte[] patch,
      Write write);

  /**
   * DELETE.
   *
   * @return the object with its deletionTimestamp while finalizers or grace keep it, or empty when
   *     it is gone
   */
  Optional<ObjectNode> delete(
      Caller caller, Resource resource, String namespace, String name, Delete delete);

  /** DELETE, with all that an answer to a client needs. */
  default Removal remove(
      Caller caller, Resource resource, String namespace, String name, Delete delete) {
    ObjectNode before = get(resource, namespace, name);
    return delete(caller, resource, namespace, name, delete)
        .map(left -> new Removal(left, false, true))
        .orElseGet(() -> new Removal(before, true, false));
  }

  /** DELETE on a collection; returns what was deleted. */
  List<ObjectNode> deleteAll(
      Caller caller, Resource resource, String namespace, Selection selection, Delete delete);

  /** POST on pods/eviction. */
  void evict(Caller caller, String namespace, String name, ObjectNode eviction, Write write);

  /** GET on a subresource: {@code scale} is a Scale, others are the whole object. */
  default ObjectNode subresource(
      Resource resource, String namespace, String name, String subresource) {
    return get(resource, namespace, name);
  }

  /** POST on pods/binding: the scheduler puts a pod on a node. */
  default void bind(Caller caller, String namespace, String name, ObjectNode binding, Write write) {
    throw new UnsupportedOperationException("binding");
  }

  /** The group resources whose objects there are, for garbage collection and namespaces. */
  Set<String> stored();
}
