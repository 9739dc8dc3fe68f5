package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.controller.PodLogs;
import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.rest.Resources;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** GET on {@code pods/log}. */
final class LogReads {
  private static final long LOOK_MILLIS = 50;

  private final Resources resources;
  private final PodLogs source;
  private final Supplier<Instant> now;

  LogReads(Resources resources, PodLogs source, Supplier<Instant> now) {
    this.resources = resources;
    this.source = source;
    this.now = now;
  }

  /**
   * What is wanted of a log.
   *
   * @param previous of the run before the present one
   * @param tail so many lines at the end, or null for all
   * @param limitBytes so many bytes at most, or null for all
   * @param since only lines from then on, or null for all
   * @param timestamps with times in front
   * @param follow and what comes
   */
  private record Wanted(
      boolean previous,
      @Nullable Long tail,
      @Nullable Long limitBytes,
      @Nullable Instant since,
      boolean timestamps,
      boolean follow) {}

  /** The answer. */
  Answer answer(Call call, Resource pods) {
    Wanted wanted = wanted(call);
    String name = call.path().name();
    String namespace = call.path().namespace();
    ObjectNode pod = resources.get(pods, namespace, name);
    String container = container(call.query().text("container"), pod);
    if (Nodes.textOrEmpty(pod, "spec", "nodeName").isEmpty()) {
      return new Answer.Whole(204, "", new byte[0], Map.of());
    }
    LogState.check(pod, container, wanted.previous);
    Optional<PodLogs.Log> log =
        wanted.previous
            ? source.previous(namespace, name, container)
            : source.current(namespace, name, container);
    List<PodLogs.Line> lines = log.map(PodLogs.Log::lines).orElse(List.of());
    byte[] present = bytes(lines, wanted);
    if (!wanted.follow || wanted.previous || log.isEmpty() || log.get().ended()) {
      return text(present);
    }
    return new Answer.Flow(
        "text/plain",
        sink -> {
          if (present.length > 0) {
            sink.write(present);
          }
          follow(() -> source.current(namespace, name, container), lines, wanted, sink);
        });
  }

  /** Sends what comes until the container has ended or another has taken its place. */
  private static void follow(
      Supplier<Optional<PodLogs.Log>> now,
      List<PodLogs.Line> begin,
      Wanted wanted,
      Answer.Sink sink)
      throws IOException, InterruptedException {
    int shown = begin.size();
    while (!sink.gone()) {
      Optional<PodLogs.Log> log = now.get();
      if (log.isEmpty() || log.get().lines().size() < shown) {
        return;
      }
      List<PodLogs.Line> lines = log.get().lines();
      if (lines.size() > shown) {
        sink.write(text(lines.subList(shown, lines.size()), wanted.timestamps));
        shown = lines.size();
      }
      if (log.get().ended()) {
        return;
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private Wanted wanted(Call call) {
    Parameters query = call.query();
    Long tail = query.number("tailLines").orElse(null);
    Long bytes = query.number("limitBytes").orElse(null);
    Long seconds = query.number("sinceSeconds").orElse(null);
    String time = query.text("sinceTime");
    Causes causes = new Causes();
    if (tail != null && tail < 0) {
      causes.invalid("tailLines", tail, "must be greater than or equal to 0");
    }
    if (bytes != null && bytes < 1) {
      causes.invalid("limitBytes", bytes, "must be greater than 0");
    }
    if (seconds != null && !time.isEmpty()) {
      causes.forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified");
    } else if (seconds != null && seconds < 1) {
      causes.invalid("sinceSeconds", seconds, "must be greater than 0");
    }
    causes.refuse("", "PodLogOptions", call.path().name());
    Instant since = seconds == null ? parsed(time) : now.get().minusSeconds(seconds);
    return new Wanted(
        query.is("previous"), tail, bytes, since, query.is("timestamps"), query.is("follow"));
  }

  private static @Nullable Instant parsed(String time) {
    if (time.isEmpty()) {
      return null;
    }
    try {
      return Instant.parse(time);
    } catch (DateTimeParseException e) {
      throw Statuses.badRequest("parsing time \"" + time + "\": " + e.getMessage());
    }
  }

  private static String container(String wanted, JsonNode pod) {
    List<String> names = new ArrayList<>();
    for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
      Nodes.list(pod, "spec", list)
          .forEach(container -> names.add(Nodes.textOrEmpty(container, "name")));
    }
    String pods = Nodes.name(pod);
    if (!wanted.isEmpty()) {
      if (!names.contains(wanted)) {
        throw Statuses.badRequest("container " + wanted + " is not valid for pod " + pods);
      }
      return wanted;
    }
    List<JsonNode> main = Nodes.list(pod, "spec", "containers");
    if (main.size() == 1) {
      return Nodes.textOrEmpty(main.get(0), "name");
    }
    throw Statuses.badRequest(
        "a container name must be specified for pod "
            + pods
            + (main.isEmpty() ? "" : ", choose one of: [" + String.join(" ", names) + "]"));
  }

  private static byte[] bytes(List<PodLogs.Line> lines, Wanted wanted) {
    List<PodLogs.Line> chosen =
        lines.stream()
            .filter(line -> wanted.since == null || !line.time().isBefore(wanted.since))
            .toList();
    if (wanted.tail != null && wanted.tail < chosen.size()) {
      chosen = chosen.subList(chosen.size() - wanted.tail.intValue(), chosen.size());
    }
    byte[] text = text(chosen, wanted.timestamps);
    return wanted.limitBytes != null && wanted.limitBytes < text.length
        ? Arrays.copyOf(text, wanted.limitBytes.intValue())
        : text;
  }

  private static byte[] text(List<PodLogs.Line> lines, boolean timestamps) {
    StringBuilder text = new StringBuilder();
    for (PodLogs.Line line : lines) {
      if (timestamps) {
        text.append(line.time()).append(' ');
      }
      text.append(line.text()).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Answer text(byte[] bytes) {
    return new Answer.Whole(200, "text/plain", bytes, Map.of());
  }
}
