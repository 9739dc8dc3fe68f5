package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One pod on its node, from its admission to its end. Looked at by one thread at a time. */
final class PodRun {
  private static final Duration FIRST_MOUNT = Duration.ofMillis(500);
  private static final Duration LAST_MOUNT = Duration.ofSeconds(122);

  private final Context context;
  private final NodeEnvironment environment;
  private final References references;
  private final Runnable wake;
  private final String uid;
  private final List<ContainerWorker> inits = new ArrayList<>();
  private final List<ContainerWorker> containers = new ArrayList<>();
  private final String startTime;
  private ObjectNode pod;
  private String address = "";
  private long sandboxDue = -1;
  private Duration mountWait = Duration.ZERO;
  private long mountDue;
  private long stopDue = -1;
  private String toldVersion = "";
  private List<ContainerWorker.Look> toldLooks = List.of();

  PodRun(
      Context context,
      NodeEnvironment environment,
      References references,
      ObjectNode pod,
      Runnable wake) {
    this.context = context;
    this.environment = environment;
    this.references = references;
    this.pod = pod;
    this.wake = wake;
    this.uid = Nodes.uid(pod);
    this.startTime = context.now();
    Nodes.list(pod, "spec", "initContainers")
        .forEach(spec -> inits.add(new ContainerWorker(this, spec, true)));
    Nodes.list(pod, "spec", "containers")
        .forEach(spec -> containers.add(new ContainerWorker(this, spec, false)));
  }

  Context context() {
    return context;
  }

  NodeEnvironment environment() {
    return environment;
  }

  String uid() {
    return uid;
  }

  Key key() {
    return Key.of(pod);
  }

  String node() {
    return Pods.node(pod);
  }

  boolean hasInits() {
    return !Nodes.list(pod, "spec", "initContainers").isEmpty();
  }

  boolean hasImage(String image) {
    return environment.hasImage(node(), image);
  }

  String restartPolicy() {
    return Nodes.text(pod, "spec", "restartPolicy").orElse("Always");
  }

  List<ContainerWorker> inits() {
    return inits;
  }

  List<ContainerWorker> containers() {
    return containers;
  }

  String startTime() {
    return startTime;
  }

  /** The pod's address, or empty before its sandbox is there. */
  String address() {
    return address;
  }

  void wake() {
    wake.run();
  }

  /** The pod's status was found to say what there is to say. */
  void told(ObjectNode pod) {
    toldVersion = Nodes.resourceVersion(pod);
    toldLooks = looks();
  }

  /**
   * Whether the pod's status still says all: most looks at a pod that runs find nothing new. Only
   * its containers change after the pod's address is there.
   *
   * @param pod as it is stored
   */
  boolean isTold(ObjectNode pod) {
    return Nodes.resourceVersion(pod).equals(toldVersion)
        && !address.isEmpty()
        && looks().equals(toldLooks);
  }

  private List<ContainerWorker.Look> looks() {
    return all().stream().map(ContainerWorker::look).toList();
  }

  /** {@code name_namespace(uid)}. */
  String title() {
    return Nodes.name(pod) + "_" + Nodes.namespace(pod) + "(" + uid + ")";
  }

  Optional<String> missingForEnvironment(JsonNode container) {
    return references.missingForEnvironment(pod, container);
  }

  String probeFailure(JsonNode container) {
    JsonNode probe = container.path("readinessProbe");
    if (probe.path("httpGet").isObject()) {
      return "HTTP probe failed with statuscode: 500";
    }
    return probe.path("tcpSocket").isObject()
        ? "dial tcp " + address + ": connect: connection refused"
        : "command exited with code 1";
  }

  /** The pod with its address in the status, for its programs. */
  ObjectNode podWithAddress() {
    ObjectNode copy = pod.deepCopy();
    Nodes.object(copy, "status").put("podIP", address);
    return copy;
  }

  void normal(ContainerWorker container, String reason, String message) {
    context.events().normal(source(), subject(container), reason, message);
  }

  void warning(ContainerWorker container, String reason, String message) {
    context.events().warning(source(), subject(container), reason, message);
  }

  private Events.Source source() {
    return new Events.Source("kubelet", node());
  }

  private Events.Subject subject(ContainerWorker container) {
    String list = inits.contains(container) ? "initContainers" : "containers";
    return context.events().about(PODS, pod, "spec." + list + "{" + container.name() + "}");
  }

  /** Does what is due; returns when to be looked at again. */
  long step(ObjectNode now, long nanos) {
    pod = now;
    updateContainers();
    long mount = mount(nanos);
    if (mount > 0) {
      return mount;
    }
    if (address.isEmpty()) {
      if (sandboxDue < 0) {
        sandboxDue = nanos + context.delays().sandbox().toNanos();
      }
      if (nanos < sandboxDue) {
        return sandboxDue;
      }
      address = isOnHostNetwork() ? NodeAgent.addressOf(node()) : environment.podAddress();
    }
    return stepContainers(nanos);
  }

  private void updateContainers() {
    List<JsonNode> specs = Nodes.list(pod, "spec", "containers");
    for (int i = 0; i < Math.min(specs.size(), containers.size()); i++) {
      containers.get(i).update(specs.get(i));
    }
  }

  private long mount(long nanos) {
    if (!address.isEmpty()) {
      return 0;
    }
    if (nanos < mountDue) {
      return mountDue;
    }
    Optional<String> problem = references.missingForVolumes(pod);
    if (problem.isEmpty()) {
      return 0;
    }
    context
        .events()
        .warning(source(), context.events().about(PODS, pod), "FailedMount", problem.get());
    Duration twice = mountWait.multipliedBy(2);
    mountWait =
        mountWait.isZero() ? FIRST_MOUNT : twice.compareTo(LAST_MOUNT) > 0 ? LAST_MOUNT : twice;
    mountDue = nanos + mountWait.toNanos();
    return mountDue;
  }

  private long stepContainers(long nanos) {
    long next = ContainerWorker.NEVER;
    for (ContainerWorker init : inits) {
      next = Math.min(next, init.step(nanos));
      boolean passed = init.isSidecar() ? init.isRunning() : init.hasSucceeded();
      if (!passed) {
        return next;
      }
    }
    for (ContainerWorker container : containers) {
      next = Math.min(next, container.step(nanos));
    }
    return next;
  }

  boolean isOnHostNetwork() {
    return pod.path("spec").path("hostNetwork").asBoolean();
  }

  /** Whether an init container failed for good. */
  boolean initFailed() {
    return inits.stream().anyMatch(init -> init.isOver() && !init.hasSucceeded());
  }

  boolean isInitialized() {
    return inits.stream()
        .allMatch(init -> init.isSidecar() ? init.isRunning() : init.hasSucceeded());
  }

  /**
   * Begins or goes on to end the containers.
   *
   * @return when to be looked at again; 0 when all have ended
   */
  long terminate(ObjectNode now, long nanos) {
    pod = now;
    if (stopDue < 0) {
      stopDue = nanos + stopTime().toNanos();
      if (environment.scenarios().dropsConnections(pod.deepCopy())) {
        all().forEach(ContainerWorker::silence);
      }
      for (ContainerWorker container : all()) {
        if (container.isRunning()) {
          normal(container, "Killing", "Stopping container " + container.name());
        }
      }
    }
    if (nanos < stopDue && all().stream().anyMatch(ContainerWorker::isRunning)) {
      return stopDue;
    }
    stop();
    return 0;
  }

  private Duration stopTime() {
    long preStop =
        Nodes.list(pod, "spec", "containers").stream()
            .mapToLong(spec -> Nodes.number(0, spec, "lifecycle", "preStop", "sleep", "seconds"))
            .max()
            .orElse(0);
    Duration wanted = context.delays().containerStop().plusSeconds(preStop);
    Duration grace =
        Duration.ofSeconds(Nodes.number(30, pod, "metadata", "deletionGracePeriodSeconds"));
    return wanted.compareTo(grace) < 0 ? wanted : grace;
  }

  /** Ends everything now. */
  void stop() {
    all().forEach(ContainerWorker::stop);
    if (!address.isEmpty() && !isOnHostNetwork()) {
      environment.network().closeAll(address);
    }
  }

  List<ContainerWorker> all() {
    List<ContainerWorker> all = new ArrayList<>(inits);
    all.addAll(containers);
    return all;
  }
}
