package io.github.kruiseinstaller.testkit.internal.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A pod's status, as its kubelet writes it. */
final class PodStatus {
  private final PodRun run;
  private final ObjectNode pod;
  private final ObjectNode status;
  private final String now;

  private PodStatus(PodRun run, ObjectNode pod) {
    this.run = run;
    this.pod = pod;
    this.status = Nodes.object(pod, "status");
    this.now = run.context().now();
  }

  /** Writes into the pod what has become of it; conditions of others stay. */
  static void write(PodRun run, ObjectNode pod) {
    new PodStatus(run, pod).write();
  }

  private void write() {
    String phase = phase();
    status.put("phase", phase);
    long generation = Nodes.number(0, pod, "metadata", "generation");
    if (generation > 0) {
      status.put("observedGeneration", generation);
    }
    status.put("startTime", run.startTime());
    String host = NodeAgent.addressOf(run.node());
    status.put("hostIP", host);
    status.set("hostIPs", Json.array().add(Json.object().put("ip", host)));
    if (!run.address().isEmpty()) {
      status.put("podIP", run.address());
      status.set("podIPs", Json.array().add(Json.object().put("ip", run.address())));
    }
    if (!run.inits().isEmpty()) {
      status.set("initContainerStatuses", containers(run.inits()));
    }
    status.set("containerStatuses", containers(run.containers()));
    conditions(phase);
  }

  private static ArrayNode containers(List<ContainerWorker> workers) {
    ArrayNode statuses = Json.array();
    workers.stream().map(ContainerWorker::status).forEach(statuses::add);
    return statuses;
  }

  private String phase() {
    if (run.initFailed()) {
      return "Failed";
    }
    List<ContainerWorker> containers = run.containers();
    if (!containers.stream().allMatch(ContainerWorker::hasRun)) {
      return "Pending";
    }
    if (!containers.stream().allMatch(ContainerWorker::isOver)) {
      return "Running";
    }
    return containers.stream().allMatch(ContainerWorker::hasSucceeded) ? "Succeeded" : "Failed";
  }

  private void conditions(String phase) {
    boolean sandbox = !run.address().isEmpty() && !Pods.ended(pod);
    set("PodReadyToStartContainers", sandbox, "", "");
    initialized(phase);
    boolean ready = containersReady(phase);
    if (ready) {
      gates();
    }
    if (Conditions.find(status, "PodScheduled").isEmpty()) {
      set("PodScheduled", true, "", "");
    }
  }

  private void initialized(String phase) {
    List<String> incomplete = new ArrayList<>();
    for (ContainerWorker init : run.inits()) {
      if (!(init.isSidecar() ? init.isRunning() : init.hasSucceeded())) {
        incomplete.add(init.name());
      }
    }
    if (phase.equals("Succeeded")) {
      set("Initialized", true, "PodCompleted", "");
    } else if (incomplete.isEmpty()
        || run.containers().stream().anyMatch(ContainerWorker::hasRun)) {
      set("Initialized", true, "", "");
    } else {
      set(
          "Initialized",
          false,
          "ContainersNotInitialized",
          "containers with incomplete status: " + goList(incomplete));
    }
  }

  private boolean containersReady(String phase) {
    List<String> unready = new ArrayList<>();
    run.inits().stream()
        .filter(ContainerWorker::isSidecar)
        .filter(init -> !init.isReady())
        .forEach(init -> unready.add(init.name()));
    run.containers().stream()
        .filter(container -> !container.isReady())
        .forEach(container -> unready.add(container.name()));
    if (Pods.ended(pod)) {
      String reason = phase.equals("Failed") ? "PodFailed" : "PodCompleted";
      set("Ready", false, reason, "");
      set("ContainersReady", false, reason, "");
      return false;
    }
    if (!unready.isEmpty()) {
      String message = "containers with unready status: " + goList(unready);
      set("Ready", false, "ContainersNotReady", message);
      set("ContainersReady", false, "ContainersNotReady", message);
      return false;
    }
    return true;
  }

  private void gates() {
    List<String> closed = new ArrayList<>();
    for (JsonNode gate : Nodes.list(pod, "spec", "readinessGates")) {
      String type = Nodes.textOrEmpty(gate, "conditionType");
      String value =
          Conditions.find(status, type)
              .map(condition -> Nodes.textOrEmpty(condition, "status"))
              .orElse("");
      if (value.isEmpty()) {
        closed.add(
            "corresponding condition of pod readiness gate \"" + type + "\" does not exist.");
      } else if (!value.equals("True")) {
        closed.add(
            "the status of pod readiness gate \"" + type + "\" is not \"True\", but " + value);
      }
    }
    if (closed.isEmpty()) {
      set("Ready", true, "", "");
    } else {
      set("Ready", false, "ReadinessGatesNotReady", String.join(", ", closed));
    }
    set("ContainersReady", true, "", "");
  }

  private void set(String type, boolean value, String reason, String message) {
    ObjectNode condition = Conditions.of(type, value ? "True" : "False", reason, message);
    condition.putNull("lastProbeTime");
    long generation = Nodes.number(0, pod, "metadata", "generation");
    if (generation > 0) {
      condition.put("observedGeneration", generation);
    }
    Conditions.set(status, condition, now);
  }

  private static String goList(List<String> names) {
    return names.stream().collect(Collectors.joining(" ", "[", "]"));
  }
}
