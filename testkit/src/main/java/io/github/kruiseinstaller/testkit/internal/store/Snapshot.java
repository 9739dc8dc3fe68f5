package io.github.kruiseinstaller.testkit.internal.store;

import java.util.List;

/**
 * All objects of a resource, or those in one namespace, at one moment.
 *
 * @param items in the order of their keys
 * @param revision the moment
 */
public record Snapshot(List<Stored> items, long revision) {
  /** Copies the list. */
  public Snapshot {
    items = List.copyOf(items);
  }
}
