package io.github.kruiseinstaller.testkit.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Pods as rows: ready containers, the most telling state, restarts. */
final class PodPrinter implements Printer {
  private static final String NONE = "<none>";

  @Override
  public List<Column> columns() {
    return List.of(
        Column.NAME,
        Column.text("Ready", "How many containers of the pod are ready."),
        Column.text("Status", "The state of the pod's containers, put together."),
        Column.text("Restarts", "How often containers were restarted, and when last."),
        Column.AGE,
        Column.text("IP", "The pod's address.").wide(),
        Column.text("Node", "Where the pod runs.").wide(),
        Column.text("Nominated Node", "Where room is being made for the pod.").wide(),
        Column.text("Readiness Gates", "How many readiness gates are passed.").wide());
  }

  @Override
  public List<@Nullable Object> cells(JsonNode pod, Instant now) {
    Summary summary = new Summary(pod);
    JsonNode addresses = Nodes.at(pod, "status", "podIPs");
    List<@Nullable Object> cells = new ArrayList<>();
    cells.add(Nodes.name(pod));
    cells.add(summary.ready + "/" + summary.total);
    cells.add(summary.reason);
    cells.add(restarts(summary, now));
    cells.add(Ages.of(pod, now));
    cells.add(orNone(Nodes.textOrEmpty(addresses.path(0), "ip")));
    cells.add(orNone(Nodes.textOrEmpty(pod, "spec", "nodeName")));
    cells.add(orNone(Nodes.textOrEmpty(pod, "status", "nominatedNodeName")));
    cells.add(gates(pod));
    return cells;
  }

  private static String restarts(Summary summary, Instant now) {
    String count = String.valueOf(summary.restarts);
    return summary.restarts == 0 || summary.lastRestart.isEmpty()
        ? count
        : count + " (" + Ages.since(summary.lastRestart, now) + " ago)";
  }

  private static String gates(JsonNode pod) {
    List<JsonNode> gates = Nodes.list(pod, "spec", "readinessGates");
    if (gates.isEmpty()) {
      return NONE;
    }
    long passed =
        gates.stream()
            .filter(gate -> condition(pod, Nodes.textOrEmpty(gate, "conditionType")))
            .count();
    return passed + "/" + gates.size();
  }

  private static boolean condition(JsonNode pod, String type) {
    return Nodes.list(pod, "status", "conditions").stream()
        .anyMatch(
            condition ->
                Nodes.textOrEmpty(condition, "type").equals(type)
                    && Nodes.textOrEmpty(condition, "status").equals("True"));
  }

  private static String orNone(String text) {
    return text.isEmpty() ? NONE : text;
  }

  /** What the states of the containers come to. */
  private static final class Summary {
    private final JsonNode pod;
    private final Set<String> sidecars = new HashSet<>();
    private long total;
    private long ready;
    private long restarts;
    private long sidecarRestarts;
    private String lastRestart = "";
    private String lastSidecarRestart = "";
    private String reason;

    private Summary(JsonNode pod) {
      this.pod = pod;
      String phase = Nodes.textOrEmpty(pod, "status", "phase");
      reason = Nodes.text(pod, "status", "reason").filter(text -> !text.isEmpty()).orElse(phase);
      total = Nodes.list(pod, "spec", "containers").size();
      for (JsonNode container : Nodes.list(pod, "spec", "initContainers")) {
        if (Nodes.textOrEmpty(container, "restartPolicy").equals("Always")) {
          sidecars.add(Nodes.textOrEmpty(container, "name"));
          total++;
        }
      }
      boolean gated =
          Nodes.list(pod, "status", "conditions").stream()
              .anyMatch(
                  condition ->
                      Nodes.textOrEmpty(condition, "type").equals("PodScheduled")
                          && Nodes.textOrEmpty(condition, "reason").equals("SchedulingGated"));
      if (gated) {
        reason = "SchedulingGated";
      }
      if (!initializing() || condition(pod, "Initialized")) {
        addContainers();
      }
      if (!Nodes.textOrEmpty(pod, "metadata", "deletionTimestamp").isEmpty()) {
        if (Nodes.textOrEmpty(pod, "status", "reason").equals("NodeLost")) {
          reason = "Unknown";
        } else if (!phase.equals("Failed") && !phase.equals("Succeeded")) {
          reason = "Terminating";
        }
      }
    }

    /** Adds the init containers; whether one of them is not done. */
    private boolean initializing() {
      List<JsonNode> statuses = Nodes.list(pod, "status", "initContainerStatuses");
      int count = Nodes.list(pod, "spec", "initContainers").size();
      for (int i = 0; i < statuses.size(); i++) {
        JsonNode status = statuses.get(i);
        boolean sidecar = sidecars.contains(Nodes.textOrEmpty(status, "name"));
        addRestarts(status, sidecar);
        JsonNode terminated = Nodes.at(status, "state", "terminated");
        String waiting = Nodes.textOrEmpty(status, "state", "waiting", "reason");
        if (terminated.isObject() && Nodes.number(0, terminated, "exitCode") == 0) {
          continue;
        }
        if (sidecar && status.path("started").asBoolean()) {
          ready += status.path("ready").asBoolean() ? 1 : 0;
          continue;
        }
        if (terminated.isObject()) {
          reason = "Init:" + ended(terminated);
        } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
          reason = "Init:" + waiting;
        } else {
          reason = "Init:" + i + "/" + count;
        }
        return true;
      }
      return false;
    }

    private void addContainers() {
      restarts = sidecarRestarts;
      lastRestart = lastSidecarRestart;
      boolean running = false;
      List<JsonNode> statuses = Nodes.list(pod, "status", "containerStatuses");
      for (int i = statuses.size() - 1; i >= 0; i--) {
        JsonNode status = statuses.get(i);
        addRestarts(status, false);
        String waiting = Nodes.textOrEmpty(status, "state", "waiting", "reason");
        JsonNode terminated = Nodes.at(status, "state", "terminated");
        if (!waiting.isEmpty()) {
          reason = waiting;
        } else if (terminated.isObject()) {
          reason = ended(terminated);
        } else if (status.path("ready").asBoolean()
            && Nodes.at(status, "state", "running").isObject()) {
          running = true;
          ready++;
        }
      }
      if (reason.equals("Completed") && running) {
        reason = condition(pod, "Ready") ? "Running" : "NotReady";
      }
    }

    private void addRestarts(JsonNode status, boolean sidecar) {
      long count = Nodes.number(0, status, "restartCount");
      String finished = Nodes.textOrEmpty(status, "lastState", "terminated", "finishedAt");
      restarts += count;
      lastRestart = later(lastRestart, finished);
      if (sidecar) {
        sidecarRestarts += count;
        lastSidecarRestart = later(lastSidecarRestart, finished);
      }
    }

    private static String later(String one, String other) {
      return one.compareTo(other) < 0 ? other : one;
    }

    private static String ended(JsonNode terminated) {
      String why = Nodes.textOrEmpty(terminated, "reason");
      long signal = Nodes.number(0, terminated, "signal");
      if (!why.isEmpty()) {
        return why;
      }
      return signal != 0
          ? "Signal:" + signal
          : "ExitCode:" + Nodes.number(0, terminated, "exitCode");
    }
  }
}
