package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Brings the pods of a CloneSet to what it asks for: creates and deletes, and replaces pods of old
 * revisions. Every update replaces the pod, also where the real manager would update in place.
 */
final class CloneSetReconciler {
  static final String REVISION_LABEL = "controller-revision-hash";
  private static final String INSTANCE_LABEL = "apps.kruise.io/cloneset-instance-id";
  private static final int SUFFIX = 5;

  private final KruiseClient client;
  private final FeatureGates gates;
  private final CloneSetStatus status;
  private final EventRecorder events;

  CloneSetReconciler(KruiseClient client, FeatureGates gates, Timers timers) {
    this.client = client;
    this.gates = gates;
    this.status = new CloneSetStatus(client, timers);
    this.events = new EventRecorder(client, timers, "cloneset-controller");
  }

  /**
   * Does what is to be done now.
   *
   * @return when to look again although nothing changes
   */
  Optional<Duration> reconcile(String namespace, String name) {
    Optional<ObjectNode> found = client.find(Plural.CLONE_SETS, namespace, name);
    if (found.isEmpty()
        || !Nodes.textOrEmpty(found.get(), "metadata", "deletionTimestamp").isEmpty()) {
      return Optional.empty();
    }
    ObjectNode cloneSet = found.get();
    String revision = revision(cloneSet);
    List<ObjectNode> pods = pods(cloneSet);
    Optional<StatusException> failure = Optional.empty();
    try {
      if (scale(cloneSet, pods, revision) || update(cloneSet, pods, revision)) {
        pods = pods(cloneSet);
      }
    } catch (StatusException e) {
      failure = Optional.of(e);
      pods = pods(cloneSet);
    }
    // The status tells what is, also when not all that was wanted could be done.
    Optional<Duration> again = status.write(cloneSet, pods, revision);
    if (failure.isPresent()) {
      throw failure.get();
    }
    return again;
  }

  private List<ObjectNode> pods(ObjectNode cloneSet) {
    List<ObjectNode> owned = new ArrayList<>();
    for (ObjectNode pod : client.list(Plural.PODS, Nodes.namespace(cloneSet))) {
      if (DeletionProtection.isActive(pod) && isOwned(pod, Nodes.uid(cloneSet))) {
        owned.add(pod);
      }
    }
    return owned;
  }

  private static boolean isOwned(ObjectNode pod, String uid) {
    return Nodes.list(pod, "metadata", "ownerReferences").stream()
        .anyMatch(
            owner ->
                Nodes.at(owner, "controller").asBoolean()
                    && Nodes.textOrEmpty(owner, "uid").equals(uid));
  }

  private boolean scale(ObjectNode cloneSet, List<ObjectNode> pods, String revision) {
    int missing = replicas(cloneSet) - pods.size();
    for (int i = 0; i < missing; i++) {
      create(cloneSet, revision);
    }
    if (missing < 0) {
      pods.stream()
          .sorted(
              Comparator.comparing((ObjectNode pod) -> isOf(pod, revision))
                  .thenComparing(CloneSetStatus::isReady))
          .limit(-missing)
          .forEach(pod -> delete(cloneSet, pod));
    }
    return missing != 0;
  }

  private boolean update(ObjectNode cloneSet, List<ObjectNode> pods, String revision) {
    JsonNode strategy = Nodes.at(cloneSet, "spec", "updateStrategy");
    int replicas = replicas(cloneSet);
    List<ObjectNode> old =
        new ArrayList<>(pods.stream().filter(pod -> !isOf(pod, revision)).toList());
    int wanted = old.size() - Scaled.up(Nodes.at(strategy, "partition"), replicas, Scaled.NONE);
    if (wanted <= 0 || Nodes.at(strategy, "paused").asBoolean()) {
      return false;
    }
    long notReady = pods.stream().filter(pod -> !CloneSetStatus.isReady(pod)).count();
    long mayGo =
        Scaled.up(Nodes.at(strategy, "maxUnavailable"), replicas, Scaled.DEFAULT_UNAVAILABLE)
            - notReady;
    old.sort(Comparator.comparing(CloneSetStatus::isReady));
    boolean changed = false;
    for (ObjectNode pod : old.subList(0, wanted)) {
      boolean ready = CloneSetStatus.isReady(pod);
      if (!ready || mayGo > 0) {
        delete(cloneSet, pod);
        mayGo -= ready ? 1 : 0;
        changed = true;
      }
    }
    return changed;
  }

  private void create(ObjectNode cloneSet, String revision) {
    JsonNode template = Nodes.at(cloneSet, "spec", "template");
    ObjectNode pod = Json.object();
    ObjectNode metadata = pod.putObject("metadata");
    String id = Hashes.random(ThreadLocalRandom.current(), SUFFIX);
    metadata
        .put("name", Nodes.name(cloneSet) + "-" + id)
        .put("namespace", Nodes.namespace(cloneSet));
    String hash = revision.substring(revision.lastIndexOf('-') + 1);
    ObjectNode labels = Json.objectOf(Nodes.texts(template, "metadata", "labels"));
    labels
        .put(REVISION_LABEL, gates.enabled(FeatureGates.SHORT_HASH) ? hash : revision)
        .put("pod-template-hash", hash)
        .put(INSTANCE_LABEL, id);
    metadata.set("labels", labels);
    if (!Nodes.at(template, "metadata", "annotations").isEmpty()) {
      metadata.set("annotations", Nodes.at(template, "metadata", "annotations").deepCopy());
    }
    metadata.putArray("ownerReferences").add(owner(cloneSet));
    pod.set("spec", template.path("spec").deepCopy());
    try {
      client.create(Plural.PODS, pod);
    } catch (StatusException e) {
      events.record(cloneSet, "Warning", "FailedCreate", "failed to create pod: " + e.getMessage());
      throw e;
    }
    events.record(
        cloneSet,
        "Normal",
        "SuccessfulCreate",
        "succeed to create pod " + Nodes.name(cloneSet) + "-" + id);
  }

  private void delete(ObjectNode cloneSet, ObjectNode pod) {
    try {
      client.delete(Plural.PODS, pod);
    } catch (StatusException e) {
      if (e.code() == 404) {
        return;
      }
      events.record(
          cloneSet,
          "Warning",
          "FailedDelete",
          "failed to delete pod " + Nodes.name(pod) + ": " + e.getMessage());
      throw e;
    }
    events.record(
        cloneSet, "Normal", "SuccessfulDelete", "succeed to delete pod " + Nodes.name(pod));
  }

  /** The name of the revision of the present template, which is there when this returns. */
  private String revision(ObjectNode cloneSet) {
    ObjectNode data = Json.object();
    ObjectNode template = data.putObject("spec").putObject("template");
    template.setAll(Nodes.object(cloneSet, "spec", "template").deepCopy());
    template.put("$patch", "replace");
    String name = Nodes.name(cloneSet) + "-" + Hashes.brief(data);
    String namespace = Nodes.namespace(cloneSet);
    if (client.find(Plural.REVISIONS, namespace, name).isEmpty()) {
      long highest = 0;
      for (ObjectNode other : client.list(Plural.REVISIONS, namespace)) {
        if (isOwned(other, Nodes.uid(cloneSet))) {
          highest = Math.max(highest, Nodes.number(0, other, "revision"));
        }
      }
      ObjectNode revision = Json.object();
      ObjectNode metadata = revision.putObject("metadata");
      metadata.put("name", name).put("namespace", namespace);
      metadata.set(
          "labels", Json.objectOf(Nodes.texts(cloneSet, "spec", "selector", "matchLabels")));
      metadata.putArray("ownerReferences").add(owner(cloneSet));
      revision.set("data", data);
      client.create(Plural.REVISIONS, revision.put("revision", highest + 1));
    }
    return name;
  }

  /** Whether a pod was made of a revision. */
  static boolean isOf(ObjectNode pod, String revision) {
    String label = Nodes.labels(pod).getOrDefault(REVISION_LABEL, "");
    return !label.isEmpty() && (label.equals(revision) || revision.endsWith("-" + label));
  }

  private static ObjectNode owner(ObjectNode cloneSet) {
    return Json.object()
        .put("apiVersion", Nodes.textOrEmpty(cloneSet, "apiVersion"))
        .put("kind", "CloneSet")
        .put("name", Nodes.name(cloneSet))
        .put("uid", Nodes.uid(cloneSet))
        .put("controller", true)
        .put("blockOwnerDeletion", true);
  }

  static int replicas(ObjectNode cloneSet) {
    return (int) Nodes.number(1, cloneSet, "spec", "replicas");
  }
}
