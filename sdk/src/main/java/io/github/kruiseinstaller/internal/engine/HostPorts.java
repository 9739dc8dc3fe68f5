package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.tree.Flags;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.release.Release;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a node on which manager and daemon listen when both use its network. Whoever comes
 * second to a port ends at start, on every node where both run.
 */
final class HostPorts {
  private HostPorts() {}

  /**
   * Refuses a release whose manager and daemon want the same port.
   *
   * @param release as it will be installed: options that are right together may not be one by one
   */
  static void check(Release release) {
    Optional<Manifest> daemon = release.daemon();
    Manifest manager = release.managerDeployment();
    if (daemon.isEmpty() || !onHost(manager) || !onHost(daemon.get())) {
      return;
    }
    List<Listener> daemons = ofDaemon(new Flags(containerOf(daemon.get())));
    for (Listener one : ofManager(release.managerContainer())) {
      for (Listener other : daemons) {
        if (one.port() != 0 && one.port() == other.port()) {
          throw collision(manager, one, other);
        }
      }
    }
  }

  private static InstallException collision(Manifest manager, Listener one, Listener other) {
    return new InstallException(
        Failure.of(
                FailureCode.OPTION_INVALID,
                "manager and daemon both use the network of their node, and both would listen on"
                    + " its port "
                    + one.port()
                    + ", for "
                    + one.what()
                    + " and "
                    + other.what(),
                "Choose another port with Customizer.webhookPort, metricsPort, healthProbePort or"
                    + " daemonPort, that of pprof with the flag --pprof-addr; or leave"
                    + " hostNetwork out.")
            .in(Stage.LOAD)
            .about(manager.ref()));
  }

  private static List<Listener> ofManager(Map<String, @Nullable Object> container) {
    Flags flags = new Flags(container);
    return List.of(
        new Listener("the manager's webhooks", webhookPort(container)),
        new Listener("the manager's metrics", flags.port("metrics-addr", 8080)),
        new Listener("the manager's probes", flags.port("health-probe-addr", 8000)),
        new Listener("the manager's pprof", flags.pprofPort(8090)));
  }

  private static List<Listener> ofDaemon(Flags flags) {
    return List.of(
        new Listener("the daemon's metrics and probes", flags.port("addr", 10221)),
        new Listener("the daemon's pprof", flags.pprofPort(10222)));
  }

  private static int webhookPort(Map<String, @Nullable Object> container) {
    return Trees.maps(container, "env").stream()
        .filter(variable -> "WEBHOOK_PORT".equals(variable.get("name")))
        .map(variable -> String.valueOf(variable.get("value")))
        .filter(value -> value.matches("[0-9]{1,5}"))
        .mapToInt(Integer::parseInt)
        .findFirst()
        .orElse(9876);
  }

  private static Map<String, @Nullable Object> containerOf(Manifest daemon) {
    List<Map<String, @Nullable Object>> containers =
        daemon.maps("spec", "template", "spec", "containers");
    return containers.stream()
        .filter(container -> "daemon".equals(container.get("name")))
        .findFirst()
        .orElseGet(() -> containers.isEmpty() ? Map.of() : containers.get(0));
  }

  private static boolean onHost(Manifest workload) {
    return Boolean.TRUE.equals(workload.at("spec", "template", "spec", "hostNetwork"));
  }

  /** Who listens where; port 0 is nowhere. */
  private record Listener(String what, int port) {}
}
