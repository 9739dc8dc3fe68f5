package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NAMESPACES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NODES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.auth.Caller;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.PodScenarios;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gives pods to nodes, or says why none takes them. */
final class Scheduler {
  private static final String NAME = "default-scheduler";
  private static final Events.Source SOURCE = new Events.Source(NAME, "");
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final Context context;
  private final Api api;
  private final PodScenarios scenarios;
  private final WorkQueue<Key> queue;

  Scheduler(Context context, PodScenarios scenarios) {
    this.context = context;
    this.scenarios = scenarios;
    this.api =
        context
            .api()
            .as(
                new Caller(
                    "system:kube-scheduler",
                    List.of("system:authenticated"),
                    "kube-scheduler/v1.34.0"));
    this.queue = context.queue("scheduler", 1, this::sync);
    context.informers().on(PODS, this::podChanged);
    context.informers().on(NODES, this::nodeChanged);
  }

  private void podChanged(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    if (after != null && isWaiting(after)) {
      if (before == null) {
        queue.addAfter(Key.of(after), context.delays().schedule());
      } else if (!before.path("spec").equals(after.path("spec"))) {
        queue.add(Key.of(after));
      }
    } else if (after == null || Pods.ended(after)) {
      retryAll();
    }
  }

  private void nodeChanged(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    if (before == null
        || after == null
        || !before.path("spec").equals(after.path("spec"))
        || !Nodes.labels(before).equals(Nodes.labels(after))
        || !Nodes.at(before, "status", "allocatable")
            .equals(Nodes.at(after, "status", "allocatable"))) {
      retryAll();
    }
  }

  private void retryAll() {
    context.informers().seen(PODS, "").stream()
        .filter(Scheduler::isWaiting)
        .filter(pod -> Conditions.find(pod.path("status"), "PodScheduled").isPresent())
        .forEach(pod -> queue.addAfter(Key.of(pod), context.delays().schedule()));
  }

  private static boolean isWaiting(JsonNode pod) {
    return Pods.node(pod).isEmpty()
        && Pods.isActive(pod)
        && Nodes.text(pod, "spec", "schedulerName").orElse(NAME).equals(NAME)
        && Nodes.list(pod, "spec", "schedulingGates").isEmpty();
  }

  private void sync(Key key) {
    ObjectNode pod = api.find(PODS, key).orElse(null);
    if (pod == null || !isWaiting(pod)) {
      return;
    }
    List<ObjectNode> nodes = api.list(NODES, "");
    Map<String, List<ObjectNode>> byNode =
        api.list(PODS, "").stream()
            .filter(other -> !Pods.node(other).isEmpty() && !Pods.ended(other))
            .collect(Collectors.groupingBy(Pods::node));
    Optional<String> forced = scenarios.unschedulable(pod);
    if (forced.isPresent()) {
      refuse(
          pod,
          available(nodes.size())
              + " "
              + forced.get()
              + "."
              + preemption(
                  nodes.size(),
                  Map.of("Preemption is not helpful for scheduling", (long) nodes.size())));
      return;
    }
    Map<String, Long> why = new TreeMap<>();
    Map<String, Long> preemption = new TreeMap<>();
    PodTopology topology =
        new PodTopology(
            pod,
            nodes,
            byNode,
            name -> api.find(NAMESPACES, new Key("", name)).map(Nodes::labels).orElse(Map.of()));
    Optional<ObjectNode> best =
        nodes.stream()
            .filter(node -> fits(verdict(pod, node, byNode, topology), why, preemption))
            .min(
                Comparator.comparingInt(
                    node -> byNode.getOrDefault(Nodes.name(node), List.of()).size()));
    if (best.isPresent()) {
      bind(pod, Nodes.name(best.get()));
    } else {
      refuse(
          pod,
          nodes.isEmpty()
              ? "no nodes available to schedule pods"
              : available(nodes.size())
                  + " "
                  + histogram(why)
                  + "."
                  + preemption(nodes.size(), preemption));
    }
  }

  private static NodeFit.Verdict verdict(
      ObjectNode pod, ObjectNode node, Map<String, List<ObjectNode>> byNode, PodTopology topology) {
    NodeFit.Verdict own = NodeFit.of(pod, node, byNode.getOrDefault(Nodes.name(node), List.of()));
    return own.reasons().isEmpty() ? topology.of(node) : own;
  }

  private static boolean fits(
      NodeFit.Verdict verdict, Map<String, Long> why, Map<String, Long> preemption) {
    if (verdict.reasons().isEmpty()) {
      return true;
    }
    verdict.reasons().forEach(reason -> why.merge(reason, 1L, Long::sum));
    preemption.merge(
        verdict.resolvable()
            ? "No preemption victims found for incoming pod"
            : "Preemption is not helpful for scheduling",
        1L,
        Long::sum);
    return false;
  }

  private static String available(int nodes) {
    return "0/" + nodes + " nodes are available:";
  }

  private static String preemption(int nodes, Map<String, Long> outcomes) {
    return " no new claims to deallocate, preemption: "
        + available(nodes)
        + " "
        + histogram(outcomes)
        + ".";
  }

  private static String histogram(Map<String, Long> reasons) {
    return reasons.entrySet().stream()
        .map(reason -> reason.getValue() + " " + reason.getKey())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private void bind(ObjectNode pod, String node) {
    ObjectNode binding = Json.object();
    binding.put("apiVersion", "v1").put("kind", "Binding");
    ObjectNode metadata = binding.putObject("metadata");
    metadata.put("name", Nodes.name(pod)).put("namespace", Nodes.namespace(pod));
    metadata.put("uid", Nodes.uid(pod));
    binding.putObject("target").put("apiVersion", "v1").put("kind", "Node").put("name", node);
    api.bind(Key.of(pod), binding);
    context
        .events()
        .normal(
            SOURCE,
            context.events().about(PODS, pod),
            "Scheduled",
            "Successfully assigned "
                + Nodes.namespace(pod)
                + "/"
                + Nodes.name(pod)
                + " to "
                + node);
  }

  private void refuse(ObjectNode pod, String message) {
    ObjectNode changed = pod.deepCopy();
    ObjectNode condition = Conditions.of("PodScheduled", "False", "Unschedulable", message);
    condition.putNull("lastProbeTime");
    boolean news = Conditions.set(Nodes.object(changed, "status"), condition, context.now());
    if (news) {
      api.updateStatus(PODS, changed);
      context
          .events()
          .warning(SOURCE, context.events().about(PODS, pod), "FailedScheduling", message);
    }
    queue.addAfter(Key.of(pod), AGAIN);
  }
}
