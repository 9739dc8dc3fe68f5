package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;

/** Tells in Events what a controller did. */
final class EventRecorder {
  private static final int SUFFIX = 16;

  private final KruiseClient client;
  private final Timers timers;
  private final String component;

  EventRecorder(KruiseClient client, Timers timers, String component) {
    this.client = client;
    this.timers = timers;
    this.component = component;
  }

  /** Records one; an Event that cannot be written is lost, as with the real recorder. */
  void record(ObjectNode about, String type, String reason, String message) {
    String now = timers.now().truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode event = Json.object();
    event
        .putObject("metadata")
        .put("name", Nodes.name(about) + "." + Hashes.random(ThreadLocalRandom.current(), SUFFIX))
        .put("namespace", Nodes.namespace(about));
    event
        .putObject("involvedObject")
        .put("apiVersion", Nodes.textOrEmpty(about, "apiVersion"))
        .put("kind", Nodes.textOrEmpty(about, "kind"))
        .put("name", Nodes.name(about))
        .put("namespace", Nodes.namespace(about))
        .put("uid", Nodes.uid(about))
        .put("resourceVersion", Nodes.resourceVersion(about));
    event.put("type", type).put("reason", reason).put("message", message).put("count", 1);
    event.put("firstTimestamp", now).put("lastTimestamp", now);
    event.putObject("source").put("component", component);
    try {
      client.create(Plural.EVENTS, event);
    } catch (StatusException e) {
      // The namespace may be on its way out.
    }
  }
}
