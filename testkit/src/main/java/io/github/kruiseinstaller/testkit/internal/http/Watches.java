package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.fault.Fault;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.rest.WatchFeed;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** GET with {@code watch}: events as lines of JSON. */
final class Watches {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(45);

  // So soon is it noticed that nobody listens any more.
  private static final Duration LOOK = Duration.ofMillis(200);

  private final Resources resources;
  private final Rendering rendering;

  Watches(Resources resources, Rendering rendering) {
    this.resources = resources;
    this.rendering = rendering;
  }

  /** Opens a watch. */
  Answer watch(Call call, Resource resource) {
    Resources.Selection selection = ListOptions.selection(call);
    Accept accept = Accept.ofWatch(call.headers().first("Accept"));
    long seconds = call.query().number("timeoutSeconds").orElse(0L);
    Duration limit = seconds > 0 ? Duration.ofSeconds(seconds) : DEFAULT_TIMEOUT;
    return new Answer.Flow(
        "application/json", new Running(call, resource, selection, accept, limit));
  }

  /** A watch that runs. */
  private final class Running implements Answer.Source {
    private final Call call;
    private final Resource resource;
    private final Resources.Selection selection;
    private final Accept accept;
    private final Duration limit;
    private @Nullable WatchFeed feed;
    private List<WatchFeed.Event> begin = List.of();
    private int sent;

    private Running(
        Call call,
        Resource resource,
        Resources.Selection selection,
        Accept accept,
        Duration limit) {
      this.call = call;
      this.resource = resource;
      this.selection = selection;
      this.accept = accept;
      this.limit = limit;
    }

    @Override
    public void open() {
      if (call.faults().main() instanceof Fault.Expired) {
        begin = List.of(expired());
        return;
      }
      boolean bookmarks = call.query().is("allowWatchBookmarks");
      String namespace = call.namespaceOf(resource);
      Resources.Selection effective =
          call.query().flag("sendInitialEvents").orElse(true)
              ? selection
              : withoutBeginning(namespace);
      feed = resources.watch(resource, namespace, effective, bookmarks);
    }

    /** {@code sendInitialEvents=false}: only what is new. */
    private Resources.Selection withoutBeginning(String namespace) {
      String version = selection.resourceVersion();
      String from =
          version.isEmpty() || version.equals("0")
              ? resources.list(resource, namespace, ListOptions.one()).resourceVersion()
              : version;
      return new Resources.Selection(
          selection.labelSelector(), selection.fieldSelector(), 0, "", from, "");
    }

    private WatchFeed.Event expired() {
      String version = selection.resourceVersion();
      StatusException gone =
          Statuses.expired(
              "too old resource version: "
                  + (version.isEmpty() ? "0" : version)
                  + " ("
                  + resources
                      .list(resource, call.namespaceOf(resource), ListOptions.one())
                      .resourceVersion()
                  + ")");
      return new WatchFeed.Event("ERROR", gone.body());
    }

    @Override
    public void run(Answer.Sink sink) throws IOException, InterruptedException {
      for (WatchFeed.Event event : begin) {
        if (!send(event, sink)) {
          return;
        }
      }
      long end = System.nanoTime() + limit.toNanos();
      WatchFeed open = feed;
      while (open != null && !sink.gone() && !broken(sink)) {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (left.isNegative() || left.isZero()) {
          return;
        }
        Optional<WatchFeed.Event> event = open.next(left.compareTo(LOOK) < 0 ? left : LOOK);
        if (event.isPresent() ? !send(event.get(), sink) : open.ended()) {
          return;
        }
      }
    }

    @Override
    public void close() {
      WatchFeed open = feed;
      if (open != null) {
        open.close();
      }
    }

    /** Whether a fault has taken the watch away, or is taking it now. */
    private boolean broken(Answer.Sink sink) throws InterruptedException {
      if (call.faults().main() instanceof Fault.DroppedWatch drop && sent >= drop.events()) {
        sink.reset();
        return true;
      }
      if (call.faults().main() instanceof Fault.StaleWatch stale && sent >= stale.events()) {
        while (!sink.gone()) {
          Thread.sleep(LOOK.toMillis());
        }
        return true;
      }
      return false;
    }

    /** Sends an event; false when that was the last. */
    private boolean send(WatchFeed.Event event, Answer.Sink sink)
        throws IOException, InterruptedException {
      if (broken(sink)) {
        return false;
      }
      boolean error = event.type().equals("ERROR");
      ObjectNode object =
          error
              ? event.object()
              : rendering.event(call, accept, resource, event.object(), sent == 0);
      ObjectNode line = Json.object().put("type", event.type());
      line.set("object", object);
      sink.write(Rendering.line(Json.bytes(line)));
      sent++;
      return !error;
    }
  }
}
