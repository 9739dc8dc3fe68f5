package io.github.kruiseinstaller.testkit.internal.kruise;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.time.Timers;
import io.github.kruiseinstaller.testkit.internal.tree.Nodes;
import io.github.kruiseinstaller.testkit.internal.workload.Program;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** kruise-daemon: runs when it finds the socket of the node's container runtime. */
final class DaemonProgram implements Program {
  private static final String MOUNT = "/hostvarrun";
  private static final int FATAL = 255;

  /** Where the simulated nodes have theirs. */
  private static final Set<String> SOCKETS =
      Set.of("/run/containerd/containerd.sock", "/var/run/containerd/containerd.sock");

  private final Timers timers;
  private final Supplier<KruiseBehavior> behavior;

  DaemonProgram(Timers timers, Supplier<KruiseBehavior> behavior) {
    this.timers = timers;
    this.behavior = behavior;
  }

  @Override
  public Running start(Container container) {
    KruiseBehavior now = behavior.get();
    Klog log = new Klog(container, timers);
    String failure =
        now.daemonCrashes().isEmpty()
            ? failure(container.pod(), container.spec())
            : now.daemonCrashes();
    if (failure.isEmpty()) {
      log.info("daemon.go", "Starting informers");
    } else {
      container.later(
          now.listening(),
          () -> {
            log.error("main.go", failure);
            container.exit(FATAL);
          });
    }
    return new RunningDaemon(failure.isEmpty());
  }

  private static String failure(ObjectNode pod, ObjectNode container) {
    String folder = mounted(pod, container);
    String file = ManagerSettings.argument(container, "socket-file").orElse("");
    boolean given = !file.isEmpty() && !file.equals("true");
    List<String> candidates =
        given ? List.of(file) : List.of("containerd/containerd.sock", "containerd.sock");
    boolean found = candidates.stream().anyMatch(name -> SOCKETS.contains(folder + "/" + name));
    return found
        ? ""
        : "Failed to new daemon: failed to new runtime factory: not found container runtime sock";
  }

  private static String mounted(ObjectNode pod, ObjectNode container) {
    for (JsonNode mount : Nodes.list(container, "volumeMounts")) {
      if (MOUNT.equals(Nodes.textOrEmpty(mount, "mountPath"))) {
        String name = Nodes.textOrEmpty(mount, "name");
        return Nodes.list(pod, "spec", "volumes").stream()
            .filter(volume -> Nodes.textOrEmpty(volume, "name").equals(name))
            .map(volume -> Nodes.textOrEmpty(volume, "hostPath", "path").replaceFirst("/+$", ""))
            .findFirst()
            .orElse("");
      }
    }
    return "";
  }

  private record RunningDaemon(boolean ready) implements Running {
    @Override
    public void stop() {
      // It holds nothing.
    }
  }
}
