package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources.Selection;
import io.github.kruiseinstaller.testkit.internal.rest.WatchFeed.Event;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.store.CompactedException;
import io.github.kruiseinstaller.testkit.internal.store.ObjectStore;
import io.github.kruiseinstaller.testkit.internal.store.ObjectStore.Opening;
import io.github.kruiseinstaller.testkit.internal.store.Snapshot;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/** Opens watches. */
final class Watching {
  private static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";

  private final ObjectStore store;
  private final Versions versions;
  private final LongSupplier nanos;
  private final Duration bookmarkPeriod;

  /**
   * Opens watches.
   *
   * @param nanos the time by which bookmarks come
   * @param bookmarkPeriod how often
   */
  Watching(ObjectStore store, Versions versions, LongSupplier nanos, Duration bookmarkPeriod) {
    this.store = store;
    this.versions = versions;
    this.nanos = nanos;
    this.bookmarkPeriod = bookmarkPeriod;
  }

  WatchFeed watch(Resource resource, String namespace, Selection selection, boolean bookmarks) {
    Matching matching = Matching.of(resource, selection, versions.selectableFields(resource));
    String where = matching.namespace(namespace);
    Selected selected = new Selected(resource, where, matching, versions);
    Bookmarks marks =
        bookmarks
            ? new Bookmarks(resource, nanos, bookmarkPeriod)
            : new Bookmarks(resource, nanos, Duration.ofNanos(Long.MAX_VALUE));
    String version = selection.resourceVersion();
    boolean sendsInitial = selection.resourceVersionMatch().equals("NotOlderThan");
    long after = version.isEmpty() ? 0 : parse(version);
    if (after == 0 || sendsInitial) {
      return fromNow(selected, marks, sendsInitial && bookmarks);
    }
    try {
      return new ResourceWatch(
          new ArrayDeque<>(), store.follow(resource.groupResource(), after), selected, marks);
    } catch (CompactedException e) {
      return new EndedWatch(
          new Event(
              "ERROR",
              Statuses.expired("too old resource version: " + after + " (" + e.oldest() + ")")
                  .body()));
    }
  }

  private WatchFeed fromNow(Selected selected, Bookmarks marks, boolean saysWhenDone) {
    Opening opening = store.open(selected.resource().groupResource(), selected.namespace());
    boolean done = false;
    try {
      Deque<Event> initial = initial(selected, marks, saysWhenDone, opening.state());
      done = true;
      return new ResourceWatch(initial, opening.changes(), selected, marks);
    } finally {
      if (!done) {
        opening.changes().close();
      }
    }
  }

  private Deque<Event> initial(
      Selected selected, Bookmarks marks, boolean saysWhenDone, Snapshot state) {
    Deque<Event> initial = new ArrayDeque<>();
    List<ObjectNode> objects =
        versions.readAll(
            selected.resource(),
            state.items().stream()
                .filter(item -> selected.matching().matches(item.tree()))
                .toList());
    objects.forEach(object -> initial.add(new Event("ADDED", object)));
    if (saysWhenDone) {
      Event done = marks.at(state.revision());
      Nodes.object(done.object(), "metadata", "annotations").put(INITIAL_EVENTS_END, "true");
      initial.add(done);
    }
    return initial;
  }

  private static long parse(String version) {
    try {
      return Long.parseUnsignedLong(version);
    } catch (NumberFormatException e) {
      throw new StatusException(
          500,
          "",
          "resourceVersion: Invalid value: \""
              + version
              + "\": strconv.ParseUint: parsing \""
              + version
              + "\": invalid syntax",
          null);
    }
  }

  /** What a watch is about, and in which version it is told. */
  record Selected(Resource resource, String namespace, Matching matching, Versions versions) {
    boolean has(Stored object) {
      return (namespace.isEmpty() || namespace.equals(object.namespace()))
          && matching.matches(object.tree());
    }

    ObjectNode read(ObjectNode tree) {
      return versions.read(resource, tree);
    }
  }
}
