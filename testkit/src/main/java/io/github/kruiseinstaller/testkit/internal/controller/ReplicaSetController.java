package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.REPLICA_SETS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps as many pods as a ReplicaSet asks for. */
final class ReplicaSetController {
  private static final int BURST = 500;
  private static final int WORKERS = 5;

  private final Api api;
  private final PodControl pods;
  private final Availability availability;
  private final Context context;
  private final WorkQueue<Key> queue;

  ReplicaSetController(Context context) {
    this.context = context;
    this.api = context.api().controller("replicaset-controller");
    this.pods = new PodControl(context, api, "replicaset-controller");
    this.availability = new Availability(context.timers());
    this.queue = context.queue("replicaset", WORKERS, this::sync);
    context.informers().on(REPLICA_SETS, this::changed);
    context.informers().on(PODS, this::podChanged);
  }

  private void changed(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    ObjectNode any = after != null ? after : before;
    if (any != null) {
      queue.add(Key.of(any));
    }
  }

  private void podChanged(@Nullable ObjectNode before, @Nullable ObjectNode after) {
    for (ObjectNode pod : Context.both(before, after)) {
      Owners.controllerKey(REPLICA_SETS, pod).ifPresent(queue::add);
    }
    if (after == null && before != null) {
      availability.forget(before);
    }
    if (after != null && Owners.controller(after).isEmpty() && !Owners.isDeleting(after)) {
      // An orphan: whoever selects it may adopt it.
      for (ObjectNode set : context.informers().seen(REPLICA_SETS, Nodes.namespace(after))) {
        if (Selectors.matches(Nodes.at(set, "spec", "selector"), Nodes.labels(after))) {
          queue.add(Key.of(set));
        }
      }
    }
  }

  private void sync(Key key) {
    ObjectNode set = api.find(REPLICA_SETS, key).orElse(null);
    if (set == null) {
      return;
    }
    JsonNode selector = Nodes.at(set, "spec", "selector");
    List<ObjectNode> active =
        new Owners.Claim(REPLICA_SETS, set, PODS, selector)
            .among(api, api.list(PODS, key.namespace()).stream().filter(Pods::isActive).toList());
    @Nullable RuntimeException failure = null;
    if (!Owners.isDeleting(set)) {
      failure = manage(set, active);
    }
    updateStatus(set, active, failure);
    if (failure != null) {
      throw failure;
    }
  }

  private @Nullable RuntimeException manage(ObjectNode set, List<ObjectNode> active) {
    long wanted = Nodes.number(1, set, "spec", "replicas");
    long missing = wanted - active.size();
    PodControl.Owner owner = new PodControl.Owner(REPLICA_SETS, set);
    try {
      if (missing > 0) {
        JsonNode template = Nodes.at(set, "spec", "template");
        SlowStart.run(
            (int) Math.min(missing, BURST),
            i ->
                pods.create(
                    owner,
                    PodTemplates.pod(template, Nodes.namespace(set), Nodes.name(set) + "-")));
      } else if (missing < 0) {
        active.stream()
            .sorted(leastMissed())
            .limit(Math.min(-missing, BURST))
            .forEach(pod -> pods.delete(owner, pod));
      }
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  /** Which pod is deleted first: not on a node, pending, not ready, ready for a shorter time. */
  private static Comparator<ObjectNode> leastMissed() {
    return Comparator.comparing((ObjectNode pod) -> !Pods.node(pod).isEmpty())
        .thenComparing(pod -> !Pods.phase(pod).equals("Pending"))
        .thenComparing(Pods::isReady)
        .thenComparing(pod -> Nodes.number(0, deletionCost(pod), "cost"), Comparator.naturalOrder())
        .thenComparing(Pods::readySince, Comparator.reverseOrder())
        .thenComparing(
            pod -> Nodes.textOrEmpty(pod, "metadata", "creationTimestamp"),
            Comparator.reverseOrder());
  }

  private static ObjectNode deletionCost(ObjectNode pod) {
    String cost =
        Nodes.textOrEmpty(
            pod, "metadata", "annotations", "controller.kubernetes.io/pod-deletion-cost");
    return Json.object().put("cost", cost.matches("-?\\d{1,9}") ? Long.parseLong(cost) : 0);
  }

  private void updateStatus(
      ObjectNode set, List<ObjectNode> active, @Nullable RuntimeException failure) {
    ObjectNode updated = set.deepCopy();
    ObjectNode status = Nodes.object(updated, "status");
    Availability.Count count =
        availability.count(active, Nodes.number(0, set, "spec", "minReadySeconds"));
    JsonNode templateLabels = Nodes.at(set, "spec", "template", "metadata");
    long labeled =
        active.stream()
            .filter(
                pod -> Selectors.matches(Nodes.texts(templateLabels, "labels"), Nodes.labels(pod)))
            .count();
    status.put("replicas", active.size());
    Numbers.putUnlessZero(status, "fullyLabeledReplicas", labeled);
    Numbers.putUnlessZero(status, "readyReplicas", count.ready());
    Numbers.putUnlessZero(status, "availableReplicas", count.available());
    status.put("observedGeneration", Nodes.number(0, set, "metadata", "generation"));
    boolean failed = Conditions.find(status, "ReplicaFailure").isPresent();
    if (failure != null && !failed) {
      boolean creating = active.size() < Nodes.number(1, set, "spec", "replicas");
      Conditions.set(
          status,
          Conditions.of(
              "ReplicaFailure",
              "True",
              creating ? "FailedCreate" : "FailedDelete",
              String.valueOf(failure.getMessage())),
          Stamps.of(context.timers().now()));
    } else if (failure == null && failed) {
      Conditions.remove(status, "ReplicaFailure");
    }
    if (!status.equals(set.path("status"))) {
      api.updateStatus(REPLICA_SETS, updated);
    }
    Optional.ofNullable(count.nextAvailable()).ifPresent(wait -> queue.addAfter(Key.of(set), wait));
  }
}
