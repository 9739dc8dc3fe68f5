package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events in the background. The same event again raises the count of the first one. What the
 * API server refuses is dropped, as in a real cluster. Thread-safe.
 */
final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final int REMEMBERED = 4096;

  private final Api api;
  private final Timers timers;
  private final WorkQueue<Event> queue;
  private final Map<Event, Integer> pending = new HashMap<>();
  private final Map<Event, String> names =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Event, String> eldest) {
          return size() > REMEMBERED;
        }
      };
  private long last;

  Events(Api api, Executor executor, Timers timers) {
    this.api = api;
    this.timers = timers;
    this.queue = new WorkQueue<>("events", executor, timers, 1, this::write);
  }

  /**
   * Who says it.
   *
   * @param component such as {@code kubelet}
   * @param host the node, or empty
   */
  record Source(String component, String host) {}

  /**
   * Of what an event tells.
   *
   * @param fieldPath such as {@code spec.containers{manager}}, or empty
   */
  record Subject(
      String apiVersion,
      String kind,
      String namespace,
      String name,
      String uid,
      String resourceVersion,
      String fieldPath) {}

  /** What makes two events the same. */
  private record Event(
      Source source, Subject subject, String type, String reason, String message) {}

  /** Something as it should be. */
  void normal(Source source, Subject subject, String reason, String message) {
    record(new Event(source, subject, "Normal", reason, message));
  }

  /** Something that is not as it should be. */
  void warning(Source source, Subject subject, String reason, String message) {
    record(new Event(source, subject, "Warning", reason, message));
  }

  /** The subject of events about an object. */
  Subject about(BuiltIn kind, ObjectNode object) {
    return about(kind, object, "");
  }

  /** The subject of events about a part of an object. */
  Subject about(BuiltIn kind, ObjectNode object, String fieldPath) {
    Resource resource = kind.in(api.kinds());
    return new Subject(
        resource.apiVersion(),
        resource.kind(),
        Nodes.namespace(object),
        Nodes.name(object),
        Nodes.uid(object),
        "",
        fieldPath);
  }

  void close() {
    queue.close();
  }

  private void record(Event event) {
    synchronized (this) {
      pending.merge(event, 1, Integer::sum);
    }
    queue.add(event);
  }

  private void write(Event event) {
    int count;
    String name;
    synchronized (this) {
      Integer waiting = pending.remove(event);
      count = waiting == null ? 0 : waiting;
      name = names.getOrDefault(event, "");
    }
    if (count == 0) {
      return;
    }
    try {
      if (name.isEmpty() || !raise(event, name, count)) {
        create(event, count);
      }
    } catch (StatusException e) {
      LOG.debug("Event about {} dropped: {}", event.subject().name(), e.getMessage());
    }
  }

  private boolean raise(Event event, String name, int by) {
    ObjectNode there = api.find(BuiltIn.EVENTS, namespace(event.subject()), name).orElse(null);
    if (there == null) {
      return false;
    }
    there.put("count", Nodes.number(1, there, "count") + by);
    there.put("lastTimestamp", Stamps.of(timers.now()));
    api.update(BuiltIn.EVENTS, there);
    return true;
  }

  private void create(Event event, int count) {
    Subject subject = event.subject();
    String name = subject.name() + "." + Long.toHexString(unique());
    String now = Stamps.of(timers.now());
    ObjectNode object = Json.object();
    object.put("apiVersion", "v1").put("kind", "Event");
    object.putObject("metadata").put("name", name).put("namespace", namespace(subject));
    ObjectNode involved = object.putObject("involvedObject");
    involved.put("kind", subject.kind());
    putUnlessEmpty(involved, "namespace", subject.namespace());
    involved.put("name", subject.name()).put("uid", subject.uid());
    involved.put("apiVersion", subject.apiVersion());
    putUnlessEmpty(involved, "fieldPath", subject.fieldPath());
    object.put("reason", event.reason()).put("message", event.message());
    ObjectNode source = object.putObject("source");
    source.put("component", event.source().component());
    putUnlessEmpty(source, "host", event.source().host());
    object.put("firstTimestamp", now).put("lastTimestamp", now).put("count", count);
    object.put("type", event.type()).putNull("eventTime");
    object.put("reportingComponent", event.source().component());
    object.put("reportingInstance", event.source().host());
    api.create(BuiltIn.EVENTS, object);
    synchronized (this) {
      names.put(event, name);
    }
  }

  private synchronized long unique() {
    last = Math.max(last + 1, timers.now().toEpochMilli() * 1_000_000);
    return last;
  }

  private static String namespace(Subject subject) {
    return subject.namespace().isEmpty() ? "default" : subject.namespace();
  }

  private static void putUnlessEmpty(ObjectNode node, String field, String value) {
    if (!value.isEmpty()) {
      node.put(field, value);
    }
  }
}
