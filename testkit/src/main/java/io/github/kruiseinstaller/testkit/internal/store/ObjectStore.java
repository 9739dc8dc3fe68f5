package io.github.kruiseinstaller.testkit.internal.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All objects of a cluster, by group resource, namespace and name, under one counter of revisions.
 * Writes compare and set; nobody can lose another's write. Trees that go in belong to the store
 * from then on and get their resourceVersion from it; trees that come out are shared and must not
 * be changed. A bounded history serves watches and lists of the past. Thread-safe.
 */
public final class ObjectStore implements AutoCloseable {
  /** As if the cluster had seen a few writes already. */
  private static final long FIRST_REVISION = 300;

  private final Map<String, Shelf> shelves = new ConcurrentHashMap<>();
  private final Object lock = new Object();
  private final int retained;
  private volatile long revision = FIRST_REVISION;
  private long compacted = FIRST_REVISION;
  private boolean closed;

  /**
   * An empty store.
   *
   * @param retained how many changes of each resource are remembered
   */
  public ObjectStore(int retained) {
    this.retained = retained;
  }

  /**
   * The revision of the latest write. Whoever follows a resource may have heard of a later one that
   * is not over: {@link #exclusively} it is.
   */
  public long revision() {
    return revision;
  }

  /**
   * Does something while nobody else writes, lists or opens anything; single objects may still be
   * read, and whoever follows a resource hears of each write at once. Must be quick and must not
   * wait for anybody.
   */
  public <T> T exclusively(Supplier<T> work) {
    synchronized (lock) {
      return work.get();
    }
  }

  /** The object as it is now. */
  public Optional<Stored> find(String resource, String namespace, String name) {
    Shelf shelf = shelves.get(resource);
    return shelf == null
        ? Optional.empty()
        : Optional.ofNullable(shelf.get(Stored.key(namespace, name)));
  }

  /** The objects in a namespace, or with an empty one all of them. */
  public Snapshot list(String resource, String namespace) {
    synchronized (lock) {
      return new Snapshot(shelf(resource).list(namespace), revision);
    }
  }

  /** The objects as they were at a revision that has been. */
  public Snapshot list(String resource, String namespace, long at) throws CompactedException {
    synchronized (lock) {
      return new Snapshot(shelf(resource).list(namespace, at), at);
    }
  }

  /** Adds an object; empty when there is one already. */
  public Optional<Stored> create(String resource, String namespace, String name, ObjectNode tree) {
    synchronized (lock) {
      Shelf shelf = shelf(resource);
      return shelf.get(Stored.key(namespace, name)) == null
          ? Optional.of(write(shelf, null, namespace, name, tree))
          : Optional.empty();
    }
  }

  /** Replaces an object; empty when it is not there any more as it was read. */
  public Optional<Stored> replace(String resource, Stored read, ObjectNode tree) {
    return replace(resource, read, tree, () -> {});
  }

  /**
   * Replaces an object; empty when it is not there any more as it was read.
   *
   * @param first done as soon as nothing can come in between, before anybody hears of the new one
   */
  public Optional<Stored> replace(String resource, Stored read, ObjectNode tree, Runnable first) {
    synchronized (lock) {
      Shelf shelf = shelf(resource);
      if (!isStill(shelf, read)) {
        return Optional.empty();
      }
      first.run();
      return Optional.of(write(shelf, read, read.namespace(), read.name(), tree));
    }
  }

  /**
   * Removes an object; empty when it is not there any more as it was read.
   *
   * @return its last state, with the revision of its removal
   */
  public Optional<Stored> delete(String resource, Stored read) {
    return delete(resource, read, () -> {});
  }

  /**
   * Removes an object; empty when it is not there any more as it was read.
   *
   * @param first done as soon as nothing can come in between, before anybody hears that it is gone
   * @return its last state, with the revision of its removal
   */
  public Optional<Stored> delete(String resource, Stored read, Runnable first) {
    synchronized (lock) {
      Shelf shelf = shelf(resource);
      if (!isStill(shelf, read)) {
        return Optional.empty();
      }
      first.run();
      long next = revision + 1;
      shelf.add(new Change(next, read, null));
      revision = next;
      return Optional.of(
          new Stored(read.namespace(), read.name(), next, relabelled(read.tree(), next)));
    }
  }

  /** Follows a resource from now on; what is there now comes with it. */
  public Opening open(String resource, String namespace) {
    synchronized (lock) {
      Subscription subscription = subscription(resource);
      shelf(resource).subscribe(subscription);
      endIfClosed(subscription);
      return new Opening(list(resource, namespace), subscription);
    }
  }

  /**
   * What is there, and what will happen to it.
   *
   * @param state the objects at the moment of opening
   * @param changes all later ones
   */
  public record Opening(Snapshot state, Subscription changes) {}

  /** Follows a resource from after a revision. */
  public Subscription follow(String resource, long after) throws CompactedException {
    synchronized (lock) {
      Subscription subscription = subscription(resource);
      shelf(resource).subscribe(subscription, after);
      endIfClosed(subscription);
      return subscription;
    }
  }

  /** How many subscriptions of a resource are open. */
  public int followers(String resource) {
    synchronized (lock) {
      return shelf(resource).subscriptions().size();
    }
  }

  /** The group resources of which there are objects. */
  public Set<String> resources() {
    Set<String> stocked = new TreeSet<>();
    shelves.forEach(
        (resource, shelf) -> {
          if (!shelf.isEmpty()) {
            stocked.add(resource);
          }
        });
    return stocked;
  }

  /** Forgets the history up to a revision, as etcd's compaction does. */
  public void compact(long upTo) {
    synchronized (lock) {
      compacted = Math.max(compacted, Math.min(upTo, revision));
      for (Shelf shelf : shelves.values()) {
        shelf.compact(compacted);
      }
    }
  }

  /** Ends the subscriptions of one resource; there may be new ones afterwards. */
  public void end(String resource) {
    synchronized (lock) {
      Shelf shelf = shelves.get(resource);
      if (shelf != null) {
        shelf.subscriptions().forEach(Subscription::end);
      }
    }
  }

  /** Ends all subscriptions for good; objects can still be read and written. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      for (Shelf shelf : shelves.values()) {
        shelf.subscriptions().forEach(Subscription::end);
      }
    }
  }

  /** A tree with another resourceVersion that shares everything else. */
  public static ObjectNode relabelled(ObjectNode tree, long revision) {
    ObjectNode metadata = Json.object();
    if (tree.get("metadata") instanceof ObjectNode there) {
      metadata.setAll(there);
    }
    ObjectNode copy = Json.object();
    copy.setAll(tree);
    copy.set("metadata", metadata.put("resourceVersion", Long.toString(revision)));
    return copy;
  }

  private Stored write(
      Shelf shelf, @Nullable Stored before, String namespace, String name, ObjectNode tree) {
    long next = revision + 1;
    Nodes.object(tree, "metadata").put("resourceVersion", Long.toString(next));
    Stored after = new Stored(namespace, name, next, tree);
    shelf.add(new Change(next, before, after));
    // Only now: see Subscription.progress.
    revision = next;
    return after;
  }

  private static boolean isStill(Shelf shelf, Stored read) {
    Stored now = shelf.get(read.key());
    return now != null && now.revision() == read.revision();
  }

  private Shelf shelf(String resource) {
    return shelves.computeIfAbsent(resource, any -> new Shelf(retained, compacted));
  }

  private Subscription subscription(String resource) {
    return new Subscription(
        ended -> {
          Shelf shelf = shelves.get(resource);
          if (shelf != null) {
            shelf.unsubscribe(ended);
          }
        },
        () -> revision);
  }

  private void endIfClosed(Subscription subscription) {
    if (closed) {
      subscription.end();
    }
  }
}
