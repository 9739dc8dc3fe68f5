package io.github.kruiseinstaller.testkit.internal.rest;

import io.github.kruiseinstaller.testkit.internal.rest.Watching.Selected;
import io.github.kruiseinstaller.testkit.internal.store.Change;
import io.github.kruiseinstaller.testkit.internal.store.ObjectStore;
import io.github.kruiseinstaller.testkit.internal.store.Stored;
import io.github.kruiseinstaller.testkit.internal.store.Subscription;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;

/** The changes of a resource, told as a watch with selectors tells them. */
final class ResourceWatch implements WatchFeed {
  private final Deque<Event> initial;
  private final Subscription changes;
  private final Selected selected;
  private final Bookmarks bookmarks;
  private volatile boolean closed;

  ResourceWatch(
      Deque<Event> initial, Subscription changes, Selected selected, Bookmarks bookmarks) {
    this.initial = initial;
    this.changes = changes;
    this.selected = selected;
    this.bookmarks = bookmarks;
  }

  @Override
  public Optional<Event> next(Duration timeout) throws InterruptedException {
    if (closed) {
      return Optional.empty();
    }
    Event first = initial.poll();
    if (first != null) {
      return Optional.of(first);
    }
    long end = System.nanoTime() + timeout.toNanos();
    while (!changes.ended()) {
      Duration untilBookmark = bookmarks.untilDue();
      if (untilBookmark.isZero()) {
        Optional<Event> bookmark = changes.progress().map(bookmarks::at);
        if (bookmark.isPresent()) {
          return bookmark;
        }
      }
      long left = Math.max(0, end - System.nanoTime());
      long wait = untilBookmark.isZero() ? left : Math.min(left, untilBookmark.toNanos());
      Optional<Change> change = changes.next(Duration.ofNanos(wait));
      Optional<Event> event = change.flatMap(this::told);
      if (event.isPresent()) {
        return event;
      }
      if (change.isEmpty() && wait == left) {
        break;
      }
    }
    return Optional.empty();
  }

  /**
   * To whoever selects, an object appears when it begins to match and goes when it no longer does.
   */
  private Optional<Event> told(Change change) {
    Stored before = change.before();
    Stored after = change.after();
    boolean had = before != null && selected.has(before);
    if (after != null && selected.has(after)) {
      return Optional.of(new Event(had ? "MODIFIED" : "ADDED", selected.read(after.tree())));
    }
    if (before != null && had) {
      return Optional.of(
          new Event(
              "DELETED", selected.read(ObjectStore.relabelled(before.tree(), change.revision()))));
    }
    return Optional.empty();
  }

  @Override
  public boolean ended() {
    return closed || (initial.isEmpty() && changes.ended());
  }

  @Override
  public void close() {
    closed = true;
    changes.close();
  }
}
