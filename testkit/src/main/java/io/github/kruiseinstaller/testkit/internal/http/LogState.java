package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether a container has a log, as its kubelet sees it. */
final class LogState {
  private LogState() {}

  /**
   * Refuses when there is none.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 400
   */
  static void check(JsonNode pod, String container, boolean previous) {
    String what = "container \"" + container + "\" in pod \"" + Nodes.name(pod) + "\" is ";
    JsonNode status =
        status(pod, container).orElseThrow(() -> Statuses.badRequest(what + "not available"));
    JsonNode last = Nodes.at(status, "lastState", "terminated");
    JsonNode state = status.path("state");
    JsonNode terminated = Nodes.at(state, "terminated");
    if (previous) {
      if (!hasId(last)) {
        throw Statuses.badRequest(
            "previous terminated container \""
                + container
                + "\" in pod \""
                + Nodes.name(pod)
                + "\" not found");
      }
    } else if (terminated.isObject() && !Nodes.at(state, "running").isObject()) {
      if (!hasId(terminated) && !hasId(last)) {
        throw Statuses.badRequest(what + "terminated");
      }
    } else if (!Nodes.at(state, "running").isObject() && last.isObject()) {
      if (!hasId(last)) {
        throw Statuses.badRequest(what + "terminated");
      }
    } else if (!Nodes.at(state, "running").isObject()) {
      throw Statuses.badRequest(what + waiting(Nodes.at(state, "waiting")));
    }
  }

  private static String waiting(JsonNode waiting) {
    if (!waiting.isObject()) {
      return "waiting to start - no logs yet";
    }
    String reason = Nodes.textOrEmpty(waiting, "reason");
    return "waiting to start: "
        + switch (reason) {
          case "ErrImagePull" -> "image can't be pulled";
          case "ImagePullBackOff" -> "trying and failing to pull image";
          default -> reason;
        };
  }

  private static boolean hasId(JsonNode terminated) {
    return !Nodes.textOrEmpty(terminated, "containerID").isEmpty();
  }

  private static Optional<JsonNode> status(JsonNode pod, String container) {
    return Stream.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
        .map(list -> Nodes.list(pod, "status", list))
        .flatMap(List::stream)
        .filter(status -> Nodes.textOrEmpty(status, "name").equals(container))
        .findFirst();
  }
}
