package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.wait.DaemonSetRollout;
import io.github.kruiseinstaller.internal.wait.Pods;
import io.github.kruiseinstaller.internal.wait.Waiter;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The daemon runs on its nodes. No webhook depends on it, so it never makes more than a warning.
 */
final class DaemonHealth implements HealthCheck {
  static final String ID = "daemon-rollout";

  private static final int MOST = 5;
  private static final int LONGEST = 300;

  @Override
  public List<Finding> judge(HealthScene scene) {
    LiveInstallation live = scene.live();
    if (!live.daemonSets().isSeen()) {
      return List.of(Finding.unseen(ID, CheckCategory.DAEMON, "the daemon", live.daemonSets()));
    }
    Optional<Manifest> daemon = live.daemon();
    if (daemon.isEmpty()) {
      boolean wanted = scene.release().flatMap(release -> release.daemon()).isPresent();
      return List.of(
          Finding.of(
              wanted
                  ? Check.warn(
                      ID,
                      CheckCategory.DAEMON,
                      "the daemon of the release is not there",
                      "Install again: install().")
                  : Check.skipped(ID, CheckCategory.DAEMON, "there is no daemon")));
    }
    Waiter.State state = new DaemonSetRollout().of(daemon.get());
    Check check =
        state.done()
            ? Check.pass(ID, CheckCategory.DAEMON, state.text())
            : Check.warn(
                    ID,
                    CheckCategory.DAEMON,
                    "the daemon does not run everywhere: "
                        + state.text()
                        + "; webhooks work without it, image pre-download and in-place container"
                        + " restarts do not",
                    "Look at its Pods' log; the usual cause is a container runtime whose socket is"
                        + " elsewhere (Customizer.daemonSocketLocation) or too old.")
                .seen(waiting(live, daemon.get()));
    return List.of(Finding.of(check.about(daemon.get().ref())));
  }

  private static List<String> waiting(LiveInstallation live, Manifest daemon) {
    return live.pods().orElse(List.of()).stream()
        .filter(pod -> ManagerPods.belongs(pod, daemon))
        .filter(Pods::isActive)
        .flatMap(DaemonHealth::waiting)
        .limit(MOST)
        .toList();
  }

  private static Stream<String> waiting(Manifest pod) {
    return pod.maps("status", "containerStatuses").stream()
        .filter(container -> !Boolean.TRUE.equals(container.get("ready")))
        .map(
            (Map<String, @Nullable Object> container) ->
                PlainText.atMost(
                    LONGEST,
                    pod.ref()
                        + ": "
                        + Stream.of(
                                Trees.text(container, "state", "waiting", "reason"),
                                Trees.text(container, "state", "waiting", "message"),
                                Trees.text(container, "lastState", "terminated", "message"))
                            .filter(text -> text != null)
                            .reduce("", (one, other) -> (one + " " + other).strip())));
  }
}
