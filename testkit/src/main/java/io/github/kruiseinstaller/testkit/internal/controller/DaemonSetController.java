package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.DAEMON_SETS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.NODES;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keeps a pod of a DaemonSet on every node that takes one. */
final class DaemonSetController {
  private final Context context;
  private final Api api;
  private final PodControl pods;
  private final Availability availability;
  private final Revisions revisions;
  private final WorkQueue<Key> queue;

  DaemonSetController(Context context) {
    this.context = context;
    this.api = context.api().controller("daemon-set-controller");
    this.pods = new PodControl(context, api, "daemonset-controller");
    this.availability = new Availability(context.timers());
    this.revisions = new Revisions(api, DAEMON_SETS);
    this.queue = context.queue("daemonset", 2, this::sync);
    context
        .informers()
        .on(
            DAEMON_SETS,
            (before, after) -> Context.both(before, after).forEach(set -> queue.add(Key.of(set))));
    context.informers().on(PODS, this::podChanged);
    context.informers().on(NODES, this::nodeChanged);
  }

  private void podChanged(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    for (ObjectNode pod : Context.both(before, after)) {
      Owners.controllerKey(DAEMON_SETS, pod).ifPresent(queue::add);
    }
    if (after == null && before != null) {
      availability.forget(before);
    }
  }

  private void nodeChanged(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    if (before == null
        || after == null
        || !before.path("spec").equals(after.path("spec"))
        || !Nodes.labels(before).equals(Nodes.labels(after))) {
      context.informers().seen(DAEMON_SETS, "").forEach(set -> queue.add(Key.of(set)));
    }
  }

  private void sync(Key key) {
    ObjectNode set = api.find(DAEMON_SETS, key).orElse(null);
    if (set == null || Owners.isDeleting(set)) {
      return;
    }
    String hash = Revisions.hash(revisions.current(set));
    List<ObjectNode> nodes = api.list(NODES, "");
    Map<String, List<ObjectNode>> byNode = byNode(set);
    RuntimeException failure = null;
    try {
      manage(set, nodes, byNode, hash);
      // With OnDelete, whoever deletes the pods decides.
      if (!Nodes.textOrEmpty(set, "spec", "updateStrategy", "type").equals("OnDelete")) {
        roll(set, nodes, byNode(set), hash);
      }
    } catch (RuntimeException e) {
      failure = e;
    }
    writeStatus(set, nodes, byNode(set), hash);
    if (failure != null) {
      throw failure;
    }
  }

  private Map<String, List<ObjectNode>> byNode(ObjectNode set) {
    Map<String, List<ObjectNode>> byNode = new TreeMap<>();
    JsonNode selector = Nodes.at(set, "spec", "selector");
    new Owners.Claim(DAEMON_SETS, set, PODS, selector)
        .among(api, api.list(PODS, Nodes.namespace(set)))
        .forEach(
            pod ->
                byNode.computeIfAbsent(DaemonPods.target(pod), any -> new ArrayList<>()).add(pod));
    return byNode;
  }

  private static boolean shouldRun(ObjectNode set, ObjectNode node) {
    return NodeFit.firm(DaemonPods.build(set, Nodes.name(node), ""), node).isEmpty();
  }

  private static boolean mayStay(ObjectNode set, ObjectNode node) {
    return NodeFit.mayStay(DaemonPods.build(set, Nodes.name(node), ""), node);
  }

  private void manage(
      ObjectNode set, List<ObjectNode> nodes, Map<String, List<ObjectNode>> byNode, String hash) {
    PodControl.Owner owner = new PodControl.Owner(DAEMON_SETS, set);
    List<String> missing = new ArrayList<>();
    List<ObjectNode> surplus = new ArrayList<>();
    for (ObjectNode node : nodes) {
      List<ObjectNode> there = new ArrayList<>(byNode.getOrDefault(Nodes.name(node), List.of()));
      there.removeIf(Owners::isDeleting);
      List<ObjectNode> ended = there.stream().filter(Pods::ended).toList();
      surplus.addAll(ended);
      there.removeAll(ended);
      boolean shouldRun = shouldRun(set, node);
      if (!shouldRun && !mayStay(set, node)) {
        surplus.addAll(there);
      } else if (shouldRun && there.isEmpty() && !isLeaving(byNode, Nodes.name(node))) {
        missing.add(Nodes.name(node));
      } else if (there.size() > 1 && maxSurge(set, nodes) == 0) {
        surplus.addAll(there.subList(1, there.size()));
      }
    }
    byNode.forEach(
        (node, there) -> {
          if (nodes.stream().noneMatch(known -> Nodes.name(known).equals(node))) {
            there.stream().filter(pod -> !Owners.isDeleting(pod)).forEach(surplus::add);
          }
        });
    surplus.forEach(pod -> pods.delete(owner, pod));
    SlowStart.run(
        missing.size(), i -> pods.create(owner, DaemonPods.build(set, missing.get(i), hash)));
  }

  /** A pod that is going still counts: its node gets the next one when it is gone. */
  private static boolean isLeaving(Map<String, List<ObjectNode>> byNode, String node) {
    return byNode.getOrDefault(node, List.of()).stream().anyMatch(Owners::isDeleting);
  }

  private static long maxSurge(ObjectNode set, List<ObjectNode> nodes) {
    return limit(set, nodes, "maxSurge", 0);
  }

  private static long limit(ObjectNode set, List<ObjectNode> nodes, String field, long absent) {
    long desired = nodes.stream().filter(node -> shouldRun(set, node)).count();
    return Numbers.share(
        Nodes.at(set, "spec", "updateStrategy", "rollingUpdate", field), absent, desired, true);
  }

  private void roll(
      ObjectNode set, List<ObjectNode> nodes, Map<String, List<ObjectNode>> byNode, String hash) {
    List<DaemonNode> there = new ArrayList<>();
    List<DaemonNode> misplaced = new ArrayList<>();
    long minReady = Nodes.number(0, set, "spec", "minReadySeconds");
    for (ObjectNode node : nodes) {
      DaemonNode state =
          DaemonNode.of(
              Nodes.name(node),
              byNode.getOrDefault(Nodes.name(node), List.of()),
              hash,
              pod -> availability.isAvailable(pod, minReady));
      if (shouldRun(set, node)) {
        there.add(state);
      } else if (state.current() != null || state.old() != null) {
        misplaced.add(state);
      }
    }
    long surge = maxSurge(set, nodes);
    PodControl.Owner owner = new PodControl.Owner(DAEMON_SETS, set);
    if (surge == 0) {
      long mayMiss = limit(set, nodes, "maxUnavailable", 1);
      there.addAll(misplaced);
      replace(owner, there, mayMiss);
    } else {
      surge(owner, there, surge, hash);
      retire(owner, there, misplaced);
    }
  }

  /** Deletes old pods: those that are not available, and of the others as many as may miss. */
  private void replace(PodControl.Owner owner, List<DaemonNode> nodes, long mayMiss) {
    List<ObjectNode> candidates = new ArrayList<>();
    long left = mayMiss;
    for (DaemonNode node : nodes) {
      ObjectNode old = node.old();
      if (old == null) {
        left -= node.currentAvailable() ? 0 : 1;
      } else if (node.oldAvailable()) {
        candidates.add(old);
      } else {
        pods.delete(owner, old);
        left--;
      }
    }
    candidates.stream().limit(Math.max(0, left)).forEach(pod -> pods.delete(owner, pod));
  }

  /** Puts new pods beside old ones, and deletes the old one where the new one is available. */
  private void surge(PodControl.Owner owner, List<DaemonNode> nodes, long maxSurge, String hash) {
    List<String> candidates = new ArrayList<>();
    long left = maxSurge;
    for (DaemonNode node : nodes) {
      ObjectNode old = node.old();
      if (old == null) {
        continue;
      }
      if (node.current() == null) {
        candidates.add(node.name());
      } else if (node.currentAvailable()) {
        pods.delete(owner, old);
      } else {
        left--;
      }
    }
    candidates.stream()
        .limit(Math.max(0, left))
        .forEach(node -> pods.create(owner, DaemonPods.build(owner.object(), node, hash)));
  }

  /** Old pods where no new one may be put go once enough others are available. */
  private void retire(PodControl.Owner owner, List<DaemonNode> nodes, List<DaemonNode> misplaced) {
    long spare =
        Stream.concat(nodes.stream(), misplaced.stream())
                .filter(node -> node.old() != null ? node.oldAvailable() : node.currentAvailable())
                .count()
            - nodes.size();
    for (DaemonNode node : misplaced) {
      ObjectNode old = node.old();
      if (old == null || (node.current() != null && !node.currentAvailable())) {
        continue;
      }
      if (node.current() != null || !node.oldAvailable()) {
        pods.delete(owner, old);
      } else if (spare > 0) {
        pods.delete(owner, old);
        spare--;
      }
    }
  }

  private void writeStatus(
      ObjectNode set, List<ObjectNode> nodes, Map<String, List<ObjectNode>> byNode, String hash) {
    ObjectNode changed = set.deepCopy();
    ObjectNode status = Nodes.object(changed, "status");
    long minReady = Nodes.number(0, set, "spec", "minReadySeconds");
    long desired = 0;
    long current = 0;
    long misplaced = 0;
    long updated = 0;
    List<ObjectNode> first = new ArrayList<>();
    for (ObjectNode node : nodes) {
      List<ObjectNode> there = byNode.getOrDefault(Nodes.name(node), List.of());
      if (!shouldRun(set, node)) {
        misplaced += there.isEmpty() ? 0 : 1;
        continue;
      }
      desired++;
      if (!there.isEmpty()) {
        current++;
        // The oldest pod of a node stands for it, as long as it is ready.
        ObjectNode pod = there.stream().filter(Pods::isReady).findFirst().orElse(there.get(0));
        first.add(pod);
        updated += Revisions.hash(pod).equals(hash) ? 1 : 0;
      }
    }
    Availability.Count count = availability.count(first, minReady);
    status.put("currentNumberScheduled", current).put("desiredNumberScheduled", desired);
    status.put("numberMisscheduled", misplaced).put("numberReady", count.ready());
    Numbers.putUnlessZero(status, "updatedNumberScheduled", updated);
    Numbers.putUnlessZero(status, "numberAvailable", count.available());
    Numbers.putUnlessZero(status, "numberUnavailable", desired - count.available());
    status.put("observedGeneration", Nodes.number(0, set, "metadata", "generation"));
    if (!changed.equals(set)) {
      api.updateStatus(DAEMON_SETS, changed);
    }
    Duration next = count.nextAvailable();
    if (next != null) {
      queue.addAfter(Key.of(set), next);
    }
  }
}
