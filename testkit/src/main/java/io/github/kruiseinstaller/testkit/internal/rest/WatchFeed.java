package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Optional;

/** Events of a watch, in order. Used by one thread; closed by whoever opened it. */
public interface WatchFeed extends AutoCloseable {
  /**
   * The next event.
   *
   * @return empty when none came in time, or when the feed has ended
   */
  Optional<Event> next(Duration timeout) throws InterruptedException;

  /** Whether no more events will come: closed, dropped, or the cluster is. */
  boolean ended();

  @Override
  void close();

  /**
   * One event.
   *
   * @param type {@code ADDED}, {@code MODIFIED}, {@code DELETED}, {@code BOOKMARK}, {@code ERROR}
   * @param object the object, or for ERROR a Status
   */
  record Event(String type, ObjectNode object) {}
}
