package io.github.kruiseinstaller.testkit.internal.controller;

import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.PODS;
import static io.github.kruiseinstaller.testkit.internal.controller.BuiltIn.STATEFUL_SETS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Keeps the numbered pods of a StatefulSet, one after the other; without volumes of their own. */
final class StatefulSetController {
  private static final Events.Source SOURCE = new Events.Source("statefulset-controller", "");

  private final Context context;
  private final Api api;
  private final Availability availability;
  private final Revisions revisions;
  private final WorkQueue<Key> queue;

  StatefulSetController(Context context) {
    this.context = context;
    this.api = context.api().controller("statefulset-controller");
    this.availability = new Availability(context.timers());
    this.revisions = new Revisions(api, STATEFUL_SETS);
    this.queue = context.queue("statefulset", 2, this::sync);
    context
        .informers()
        .on(
            STATEFUL_SETS,
            (before, after) -> Context.both(before, after).forEach(set -> queue.add(Key.of(set))));
    context
        .informers()
        .on(
            PODS,
            (before, after) -> {
              Context.both(before, after)
                  .forEach(pod -> Owners.controllerKey(STATEFUL_SETS, pod).ifPresent(queue::add));
              if (after == null && before != null) {
                availability.forget(before);
              }
            });
  }

  private void sync(Key key) {
    ObjectNode set = api.find(STATEFUL_SETS, key).orElse(null);
    if (set == null) {
      return;
    }
    ObjectNode revision = revisions.current(set);
    RuntimeException failure = null;
    try {
      if (!Owners.isDeleting(set)) {
        manage(set, Revisions.hash(revision));
      }
    } catch (RuntimeException e) {
      failure = e;
    }
    writeStatus(set, revision);
    if (failure != null) {
      throw failure;
    }
  }

  private Map<Integer, ObjectNode> numbered(ObjectNode set) {
    Map<Integer, ObjectNode> numbered = new TreeMap<>();
    new Owners.Claim(STATEFUL_SETS, set, PODS, Nodes.at(set, "spec", "selector"))
        .among(api, api.list(PODS, Nodes.namespace(set)))
        .forEach(pod -> numbered.put(number(set, pod), pod));
    numbered.remove(-1);
    return numbered;
  }

  private static int number(JsonNode set, JsonNode pod) {
    String prefix = Nodes.name(set) + "-";
    String rest =
        Nodes.name(pod).startsWith(prefix) ? Nodes.name(pod).substring(prefix.length()) : "";
    return rest.matches("\\d{1,6}") ? Integer.parseInt(rest) : -1;
  }

  private void manage(ObjectNode set, String hash) {
    Map<Integer, ObjectNode> pods = numbered(set);
    boolean parallel = Nodes.textOrEmpty(set, "spec", "podManagementPolicy").equals("Parallel");
    long replicas = DeploymentSpec.replicas(set);
    boolean settled = true;
    for (int i = 0; i < replicas && (parallel || settled); i++) {
      ObjectNode pod = pods.get(i);
      if (pod == null) {
        create(set, i, hash);
        settled = false;
      } else if (Pods.ended(pod) && !Owners.isDeleting(pod)) {
        delete(set, pod);
        settled = false;
      } else {
        settled &= isSettled(set, pod);
      }
    }
    if (!parallel && !settled) {
      return;
    }
    List<ObjectNode> surplus = new ArrayList<>();
    pods.forEach(
        (number, pod) -> {
          if (number >= replicas) {
            surplus.add(0, pod);
          }
        });
    for (ObjectNode pod : surplus) {
      if (!Owners.isDeleting(pod)) {
        delete(set, pod);
      }
      if (!parallel) {
        return;
      }
    }
    if (settled && surplus.isEmpty()) {
      update(set, pods, hash);
    }
  }

  private boolean isSettled(ObjectNode set, ObjectNode pod) {
    return !Owners.isDeleting(pod)
        && availability.isAvailable(pod, Nodes.number(0, set, "spec", "minReadySeconds"));
  }

  /** Replaces the outdated pod with the highest number. */
  private void update(ObjectNode set, Map<Integer, ObjectNode> pods, String hash) {
    if (Nodes.textOrEmpty(set, "spec", "updateStrategy", "type").equals("OnDelete")) {
      return;
    }
    long partition = Nodes.number(0, set, "spec", "updateStrategy", "rollingUpdate", "partition");
    pods.entrySet().stream()
        .filter(entry -> entry.getKey() >= partition)
        .map(Map.Entry::getValue)
        .filter(pod -> !podHash(pod).equals(name(set, hash)))
        .reduce((first, second) -> second)
        .ifPresent(pod -> delete(set, pod));
  }

  /** The hash label of StatefulSets' pods is the whole name of their revision. */
  private static String name(ObjectNode set, String hash) {
    return Nodes.name(set) + "-" + hash;
  }

  private static String podHash(ObjectNode pod) {
    return Nodes.labels(pod).getOrDefault(Revisions.HASH, "");
  }

  private void create(ObjectNode set, int number, String hash) {
    ObjectNode pod = PodTemplates.pod(Nodes.at(set, "spec", "template"), Nodes.namespace(set), "");
    String name = Nodes.name(set) + "-" + number;
    ObjectNode metadata = Nodes.object(pod, "metadata");
    metadata.remove("generateName");
    metadata.put("name", name);
    Nodes.object(metadata, "labels")
        .put("statefulset.kubernetes.io/pod-name", name)
        .put("apps.kubernetes.io/pod-index", Integer.toString(number))
        .put(Revisions.HASH, name(set, hash));
    Nodes.array(metadata, "ownerReferences")
        .add(Owners.reference(STATEFUL_SETS.in(api.kinds()), set));
    ObjectNode spec = Nodes.object(pod, "spec");
    spec.put("hostname", name);
    Nodes.text(set, "spec", "serviceName")
        .filter(service -> !service.isEmpty())
        .ifPresent(service -> spec.put("subdomain", service));
    tell(set, "create", name, () -> api.create(PODS, pod));
  }

  private void delete(ObjectNode set, ObjectNode pod) {
    tell(set, "delete", Nodes.name(pod), () -> api.delete(PODS, pod));
  }

  private void tell(ObjectNode set, String verb, String pod, Runnable action) {
    Events.Subject subject = context.events().about(STATEFUL_SETS, set);
    String reason = verb.substring(0, 1).toUpperCase(Locale.ROOT) + verb.substring(1);
    String what = verb + " Pod " + pod + " in StatefulSet " + Nodes.name(set);
    try {
      action.run();
      context.events().normal(SOURCE, subject, "Successful" + reason, what + " successful");
    } catch (StatusException e) {
      if (PodControl.isNamespaceTerminating(e)) {
        return;
      }
      context
          .events()
          .warning(SOURCE, subject, "Failed" + reason, what + " failed error: " + e.getMessage());
      throw e;
    }
  }

  private void writeStatus(ObjectNode set, ObjectNode revision) {
    List<ObjectNode> pods = List.copyOf(numbered(set).values());
    String name = name(set, Revisions.hash(revision));
    ObjectNode changed = set.deepCopy();
    ObjectNode status = Nodes.object(changed, "status");
    Availability.Count count =
        availability.count(pods, Nodes.number(0, set, "spec", "minReadySeconds"));
    long updated = pods.stream().filter(pod -> podHash(pod).equals(name)).count();
    long replicas = DeploymentSpec.replicas(set);
    boolean done = updated == replicas && pods.size() == replicas && count.available() == replicas;
    String before = Nodes.text(status, "currentRevision").orElse(name);
    String current = done ? name : before;
    status.put("observedGeneration", Nodes.number(0, set, "metadata", "generation"));
    status.put("replicas", pods.size()).put("collisionCount", 0);
    status.put("availableReplicas", count.available());
    Numbers.putUnlessZero(status, "readyReplicas", count.ready());
    Numbers.putUnlessZero(status, "updatedReplicas", updated);
    Numbers.putUnlessZero(
        status,
        "currentReplicas",
        pods.stream().filter(pod -> podHash(pod).equals(current)).count());
    status.put("currentRevision", current).put("updateRevision", name);
    if (!changed.equals(set)) {
      api.updateStatus(STATEFUL_SETS, changed);
    }
    Duration next = count.nextAvailable();
    if (next != null) {
      queue.addAfter(Key.of(set), next);
    }
  }
}
