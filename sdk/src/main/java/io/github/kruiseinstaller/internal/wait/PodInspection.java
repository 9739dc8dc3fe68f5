package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds out why pods are not Ready, one after the other. */
final class PodInspection {
  /** The evidence of a log whose node does not answer. */
  static final String SILENT = "log: no answer in time";

  private static final int LOG_LINES = 10;
  private static final int LONGEST_LINE = 500;

  /** A node that cannot be reached keeps the API server waiting, and says nothing of the others. */
  private static final Duration LOG_PATIENCE = Duration.ofSeconds(2);

  /** After so many logs that were not answered, the rest of what can be read counts for more. */
  private static final int MOST_SILENT = 2;

  private static final Set<String> IMAGE_REASONS =
      Set.of(
          "ErrImagePull",
          "ImagePullBackOff",
          "InvalidImageName",
          "ErrImageNeverPull",
          "ImageInspectError",
          "RegistryUnavailable",
          "SignatureValidationFailed");

  private final Cluster cluster;
  private final PodEvents events;
  private int silent;

  PodInspection(Cluster cluster, PodEvents events) {
    this.cluster = cluster;
    this.events = events;
  }

  /** The pod's trouble, or empty when it is Ready. */
  Optional<PodTrouble> of(Manifest pod) {
    if (Conditions.isTrue(pod, "Ready")) {
      return Optional.empty();
    }
    Optional<PodTrouble> placing = unscheduled(pod);
    if (placing.isPresent()) {
      return placing;
    }
    for (Map<String, @Nullable Object> container : containers(pod)) {
      Optional<PodTrouble> trouble = image(pod, container).or(() -> crash(pod, container));
      if (trouble.isPresent()) {
        return trouble;
      }
    }
    return Optional.of(notReady(pod));
  }

  /** Init containers first: while one of them fails the others do not even start. */
  private static List<Map<String, @Nullable Object>> containers(Manifest pod) {
    List<Map<String, @Nullable Object>> all =
        new ArrayList<>(pod.maps("status", "initContainerStatuses"));
    all.addAll(pod.maps("status", "containerStatuses"));
    return all;
  }

  private static Optional<PodTrouble> unscheduled(Manifest pod) {
    if (!Conditions.has(pod, "PodScheduled", "False")) {
      return Optional.empty();
    }
    String why = Conditions.explain(pod, "PodScheduled");
    return Optional.of(
        new PodTrouble(
            FailureCode.UNSCHEDULABLE, pod.ref(), "no node takes the pod: " + why, List.of(why)));
  }

  private Optional<PodTrouble> image(Manifest pod, Map<String, @Nullable Object> container) {
    String reason = Trees.text(container, "state", "waiting", "reason");
    if (reason == null || !IMAGE_REASONS.contains(reason)) {
      return Optional.empty();
    }
    List<String> evidence = new ArrayList<>();
    evidence.add(waiting(container));
    // The back-off says only that it waits; why is in the event of the failed pull.
    evidence.addAll(events.of(pod, "Failed", "InspectFailed", "ErrImageNeverPull"));
    String summary = reason + " for image " + Trees.text(container, "image");
    return Optional.of(new PodTrouble(FailureCode.IMAGE_PULL_FAILED, pod.ref(), summary, evidence));
  }

  private Optional<PodTrouble> crash(Manifest pod, Map<String, @Nullable Object> container) {
    // On a node that is lost only the pod's condition changes: its containers are as they were.
    if (Trees.at(container, "state", "running") != null && isReady(container)) {
      return Optional.empty();
    }
    Map<String, @Nullable Object> end = Trees.map(container, "state", "terminated");
    boolean runsAgain = end.isEmpty();
    if (runsAgain) {
      end = Trees.map(container, "lastState", "terminated");
    }
    String waiting = Trees.text(container, "state", "waiting", "reason");
    boolean completed = Trees.number(0, end, "exitCode") == 0;
    if (!"CrashLoopBackOff".equals(waiting) && (end.isEmpty() || completed)) {
      return Optional.empty();
    }
    String name = String.valueOf(container.get("name"));
    String summary =
        "container " + name + " ends again and again: " + (end.isEmpty() ? waiting : ending(end));
    List<String> evidence = new ArrayList<>();
    String last = Trees.text(end, "message");
    if (last != null && !last.isBlank()) {
      evidence.add(line(last));
    }
    evidence.addAll(log(pod, name, runsAgain));
    evidence.add(restarts(container));
    return Optional.of(
        new PodTrouble(FailureCode.CONTAINER_CRASHING, pod.ref(), summary, evidence));
  }

  private PodTrouble notReady(Manifest pod) {
    List<String> evidence = new ArrayList<>();
    String summary = "";
    for (Map<String, @Nullable Object> container : containers(pod)) {
      String name = String.valueOf(container.get("name"));
      if (container.containsKey("state") && Trees.at(container, "state", "waiting") != null) {
        summary = summary.isEmpty() ? "container " + name + ": " + waiting(container) : summary;
      } else if (Trees.at(container, "state", "running") != null && !isReady(container)) {
        summary = summary.isEmpty() ? "container " + name + " runs and is not ready" : summary;
        evidence.addAll(log(pod, name, false));
      }
    }
    evidence.addAll(0, events.warnings(pod));
    if (summary.isEmpty()) {
      String why = Conditions.explain(pod, "Ready");
      summary = "phase " + pod.text("status", "phase") + (why.isEmpty() ? "" : ", " + why);
    }
    return new PodTrouble(FailureCode.MANAGER_NOT_READY, pod.ref(), summary, evidence);
  }

  /** Once the deadline of the cluster itself has passed, the next request of it says so. */
  private List<String> log(Manifest pod, String container, boolean previous) {
    if (silent >= MOST_SILENT) {
      return List.of();
    }
    try {
      return lines(cluster.atMost(LOG_PATIENCE), pod, container, previous);
    } catch (DeadlineException e) {
      silent++;
      return List.of(SILENT);
    }
  }

  private static List<String> lines(
      Cluster bounded, Manifest pod, String container, boolean previous) {
    List<String> lines = bounded.logs(pod.ref(), container, previous, LOG_LINES);
    if (lines.isEmpty() && previous) {
      // The node may have thrown the old log away.
      lines = bounded.logs(pod.ref(), container, false, LOG_LINES);
    }
    return lines.stream().filter(l -> !l.isBlank()).map(l -> "log: " + line(l)).toList();
  }

  private static boolean isReady(Map<String, @Nullable Object> container) {
    return Boolean.TRUE.equals(container.get("ready"));
  }

  private static String waiting(Map<String, @Nullable Object> container) {
    String reason = Trees.text(container, "state", "waiting", "reason");
    String message = Trees.text(container, "state", "waiting", "message");
    return line(message == null ? String.valueOf(reason) : reason + ": " + message);
  }

  private static String ending(Map<String, @Nullable Object> end) {
    String reason = Trees.text(end, "reason");
    String code = "exit code " + Trees.number(0, end, "exitCode");
    return reason == null || reason.equals("Error") ? code : reason + ", " + code;
  }

  private static String restarts(Map<String, @Nullable Object> container) {
    return "restarts: " + Trees.number(0, container, "restartCount");
  }

  private static String line(String text) {
    return PlainText.atMost(LONGEST_LINE, text);
  }
}
