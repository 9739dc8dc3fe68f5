package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import io.github.kruiseinstaller.testkit.internal.tree.Json;
import io.github.kruiseinstaller.testkit.internal.tree.LabelSelectors;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Tells in the status of a CloneSet what its pods are like. Thread-safe. */
final class CloneSetStatus {
  private final KruiseClient client;
  private final Timers timers;

  /** Since when pods are ready, in simulated time, by uid. */
  private final Map<String, Long> readySince = new ConcurrentHashMap<>();

  CloneSetStatus(KruiseClient client, Timers timers) {
    this.client = client;
    this.timers = timers;
  }

  /**
   * Writes it if it has changed.
   *
   * @return when the next pod has been ready for long enough to be available
   */
  Optional<Duration> write(ObjectNode cloneSet, List<ObjectNode> pods, String revision) {
    long minReady =
        Duration.ofSeconds(Nodes.number(0, cloneSet, "spec", "minReadySeconds")).toNanos();
    Optional<Duration> again = Optional.empty();
    int ready = 0;
    int available = 0;
    int updated = 0;
    int updatedReady = 0;
    int updatedAvailable = 0;
    for (ObjectNode pod : pods) {
      int isUpdated = CloneSetReconciler.isOf(pod, revision) ? 1 : 0;
      updated += isUpdated;
      if (!isReady(pod)) {
        readySince.remove(Nodes.uid(pod));
        continue;
      }
      ready++;
      updatedReady += isUpdated;
      long left = minReady - (timers.nanos() - readySince(pod));
      if (left <= 0) {
        available++;
        updatedAvailable += isUpdated;
      } else if (again.isEmpty() || again.get().toNanos() > left) {
        again = Optional.of(Duration.ofNanos(left));
      }
    }
    int replicas = CloneSetReconciler.replicas(cloneSet);
    int partition =
        Scaled.up(Nodes.at(cloneSet, "spec", "updateStrategy", "partition"), replicas, Scaled.NONE);
    ObjectNode status = Json.object();
    status
        .put("observedGeneration", Nodes.number(0, cloneSet, "metadata", "generation"))
        .put("replicas", pods.size())
        .put("readyReplicas", ready)
        .put("availableReplicas", available)
        .put("updatedReplicas", updated)
        .put("updatedReadyReplicas", updatedReady)
        .put("updatedAvailableReplicas", updatedAvailable)
        .put("expectedUpdatedReplicas", replicas - partition)
        .put("updateRevision", revision)
        .put("labelSelector", selectorText(Nodes.at(cloneSet, "spec", "selector")));
    String current = Nodes.textOrEmpty(cloneSet, "status", "currentRevision");
    status.put("currentRevision", updated == pods.size() || current.isEmpty() ? revision : current);
    JsonNode before = Nodes.at(cloneSet, "status");
    if (!status.equals(before)) {
      ObjectNode written = cloneSet.deepCopy();
      written.set("status", status);
      client.updateStatus(Plural.CLONE_SETS, written);
    }
    return again;
  }

  private long readySince(ObjectNode pod) {
    return readySince.computeIfAbsent(Nodes.uid(pod), uid -> timers.nanos());
  }

  /** Whether a pod's condition says so. */
  static boolean isReady(ObjectNode pod) {
    return Nodes.list(pod, "status", "conditions").stream()
        .anyMatch(
            condition ->
                Nodes.textOrEmpty(condition, "type").equals("Ready")
                    && Nodes.textOrEmpty(condition, "status").equals("True"));
  }

  /** A selector as text, such as {@code app=web,tier in (back,front)}. */
  static String selectorText(JsonNode selector) {
    List<String> parts = new ArrayList<>();
    new TreeMap<>(Nodes.texts(selector, "matchLabels"))
        .forEach((key, value) -> parts.add(key + "=" + value));
    Nodes.list(selector, "matchExpressions")
        .forEach(expression -> parts.add(LabelSelectors.text(expression)));
    return String.join(",", parts);
  }
}
