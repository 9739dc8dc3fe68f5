package io.github.kruiseinstaller.testkit.internal.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one resource, their latest changes and whoever watches them. Single objects may be
 * read at any time; everything else is done under the store's lock.
 */
final class Shelf {
  private final NavigableMap<String, Stored> objects = new ConcurrentSkipListMap<>();
  private final Deque<Change> history = new ArrayDeque<>();
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final int retained;
  private long oldest;

  Shelf(int retained, long oldest) {
    this.retained = retained;
    this.oldest = oldest;
  }

  @Nullable Stored get(String key) {
    return objects.get(key);
  }

  boolean isEmpty() {
    return objects.isEmpty();
  }

  void add(Change change) {
    Stored after = change.after();
    if (after == null) {
      objects.remove(change.key());
    } else {
      objects.put(change.key(), after);
    }
    history.add(change);
    if (history.size() > retained) {
      oldest = history.remove().revision();
    }
    for (Subscription subscription : subscriptions) {
      subscription.offer(change);
    }
  }

  List<Stored> list(String namespace) {
    return new ArrayList<>(in(objects, namespace).values());
  }

  /** The objects as they were: today's, with every later change undone, the latest first. */
  List<Stored> list(String namespace, long revision) throws CompactedException {
    requireHistory(revision);
    NavigableMap<String, Stored> then = new TreeMap<>(objects);
    Iterator<Change> latestFirst = history.descendingIterator();
    while (latestFirst.hasNext()) {
      Change change = latestFirst.next();
      if (change.revision() <= revision) {
        break;
      }
      Stored before = change.before();
      if (before == null) {
        then.remove(change.key());
      } else {
        then.put(change.key(), before);
      }
    }
    return new ArrayList<>(in(then, namespace).values());
  }

  void subscribe(Subscription subscription) {
    subscriptions.add(subscription);
  }

  /** Gives a subscription what it missed, then lets it follow. */
  void subscribe(Subscription subscription, long after) throws CompactedException {
    requireHistory(after);
    for (Change change : history) {
      if (change.revision() > after) {
        subscription.offer(change);
      }
    }
    subscriptions.add(subscription);
  }

  void unsubscribe(Subscription subscription) {
    subscriptions.remove(subscription);
  }

  List<Subscription> subscriptions() {
    return List.copyOf(subscriptions);
  }

  void compact(long revision) {
    while (!history.isEmpty() && history.element().revision() <= revision) {
      history.remove();
    }
    oldest = Math.max(oldest, revision);
  }

  private void requireHistory(long revision) throws CompactedException {
    if (revision < oldest) {
      throw new CompactedException(revision, oldest);
    }
  }

  private static SortedMap<String, Stored> in(
      NavigableMap<String, Stored> objects, String namespace) {
    // The character after the slash ends the range.
    return namespace.isEmpty() ? objects : objects.subMap(namespace + "/", namespace + "0");
  }
}
