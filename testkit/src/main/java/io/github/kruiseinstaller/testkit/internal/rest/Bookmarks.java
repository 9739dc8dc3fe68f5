package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.WatchFeed.Event;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.time.Duration;
import java.util.function.LongSupplier;

/** When a watch is to say how far it has come. */
final class Bookmarks {
  private final Resource resource;
  private final LongSupplier nanos;
  private final long period;
  private long last;

  Bookmarks(Resource resource, LongSupplier nanos, Duration period) {
    this.resource = resource;
    this.nanos = nanos;
    this.period = period.toNanos();
    this.last = nanos.getAsLong();
  }

  /** How long until the next one. */
  Duration untilDue() {
    return Duration.ofNanos(Math.max(0, period - (nanos.getAsLong() - last)));
  }

  /** One for a revision; the next is a period away. */
  Event at(long revision) {
    last = nanos.getAsLong();
    ObjectNode object =
        Json.object().put("kind", resource.kind()).put("apiVersion", resource.apiVersion());
    object.putObject("metadata").put("resourceVersion", Long.toString(revision));
    return new Event("BOOKMARK", object);
  }
}
