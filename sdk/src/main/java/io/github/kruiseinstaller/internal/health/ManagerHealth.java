package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.DeploymentRollout;
import io.github.kruiseinstaller.internal.wait.Waiter;
import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The manager's replicas are there, of one template, Ready, and do not end again and again. */
final class ManagerHealth implements HealthCheck {
  static final String ROLLOUT = "manager-rollout";
  static final String RESTARTS = "manager-restarts";

  private static final long MANY = 3;
  private static final Duration RECENT = Duration.ofMinutes(10);

  @Override
  public List<Finding> judge(HealthScene scene) {
    return List.of(rollout(scene), restarts(scene));
  }

  private static Finding rollout(HealthScene scene) {
    LiveInstallation live = scene.live();
    if (!live.deployments().isSeen()) {
      return Finding.unseen(ROLLOUT, CheckCategory.MANAGER, "the manager", live.deployments());
    }
    Optional<Manifest> manager = live.manager();
    if (manager.isEmpty()) {
      return Finding.of(
          Check.fail(
              ROLLOUT,
              CheckCategory.MANAGER,
              "there is no manager in namespace " + live.location().namespace(),
              "Install again: install(). Until then take the webhooks out of effect: repair()."));
    }
    return Finding.of(rollout(scene, manager.get()).about(manager.get().ref()));
  }

  private static Check rollout(HealthScene scene, Manifest manager) {
    if (manager.number(1, "spec", "replicas") == 0) {
      return Check.fail(
          ROLLOUT,
          CheckCategory.MANAGER,
          "the manager is scaled to zero",
          "kubectl -n %s scale deployment %s --replicas=2, or repair()."
              .formatted(manager.namespace(), manager.name()));
    }
    Waiter.State available = DeploymentRollout.available().of(manager);
    if (available.done()) {
      return Check.pass(ROLLOUT, CheckCategory.MANAGER, available.text());
    }
    List<String> evidence = new ArrayList<>();
    scene.troubles().forEach(trouble -> evidence.add(trouble.object() + ": " + trouble.summary()));
    scene.troubles().forEach(trouble -> evidence.addAll(trouble.evidence()));
    String remedy =
        "Look at what keeps its Pods from being Ready: diagnose(), or kubectl -n %s describe pods."
            .formatted(manager.namespace());
    boolean serves =
        manager.number(0, "status", "readyReplicas") > 0 || scene.live().readyEndpoints() > 0;
    String summary = "the manager is not rolled out: " + available.text();
    return (serves
            ? Check.warn(ROLLOUT, CheckCategory.MANAGER, summary, remedy)
            : Check.fail(ROLLOUT, CheckCategory.MANAGER, summary, remedy))
        .seen(evidence);
  }

  private static Finding restarts(HealthScene scene) {
    LiveInstallation live = scene.live();
    if (!live.pods().isSeen()) {
      return Finding.unseen(RESTARTS, CheckCategory.MANAGER, "Pods", live.pods());
    }
    if (live.managerPods().isEmpty()) {
      return Finding.of(
          Check.skipped(RESTARTS, CheckCategory.MANAGER, "there are no Pods of the manager"));
    }
    long all = 0;
    List<String> recent = new ArrayList<>();
    for (Manifest pod : live.managerPods()) {
      for (Map<String, @Nullable Object> container : pod.maps("status", "containerStatuses")) {
        long count = Trees.number(0, container, "restartCount");
        all += count;
        if (count >= MANY && isRecent(container, scene.now())) {
          recent.add(pod.ref() + ": " + text(container, count));
        }
      }
    }
    return Finding.of(
        recent.isEmpty()
            ? Check.pass(
                RESTARTS,
                CheckCategory.MANAGER,
                all == 0 ? "no restarts" : PlainText.count(all, "restart") + ", none of late")
            : Check.warn(
                    RESTARTS,
                    CheckCategory.MANAGER,
                    "the manager ends again and again",
                    "Read what it says before it ends: kubectl -n %s logs --previous; memory limits"
                            .formatted(live.location().namespace())
                        + " that are too low show as OOMKilled.")
                .seen(recent));
  }

  private static boolean isRecent(Map<String, @Nullable Object> container, Instant now) {
    String finished = Trees.text(container, "lastState", "terminated", "finishedAt");
    try {
      return finished == null || Instant.parse(finished).isAfter(now.minus(RECENT));
    } catch (DateTimeParseException e) {
      return true;
    }
  }

  private static String text(Map<String, @Nullable Object> container, long count) {
    Map<String, @Nullable Object> end = Trees.map(container, "lastState", "terminated");
    return "%s of container %s, last: %s, exit code %s, at %s"
        .formatted(
            PlainText.count(count, "restart"),
            container.get("name"),
            end.get("reason"),
            Trees.number(0, end, "exitCode"),
            end.get("finishedAt"));
  }
}
