package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.KubernetesRange;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether the daemon finds the socket of each node's container runtime where it is mounted. */
final class DaemonRuntimeCheck implements PreflightCheck {
  static final String ID = "daemon-runtime";

  private static final Pattern RUNTIME = Pattern.compile("([a-z-]+)://(\\d+)\\.(\\d+).*");
  private static final Pattern FLAVOUR = Pattern.compile(".*\\+(k3s|rke2|k0s).*");

  /** Older ones serve v1alpha2 of the runtime interface only, newer daemons ask for v1. */
  private static final int FIRST_CONTAINERD_WITH_V1 = 6;

  private static final int FIRST_KRUISE_WITH_V1 = 6;
  private static final int FIRST_KRUISE_WITH_CRI_DOCKERD = 7;
  private static final int FIRST_KRUISE_WITHOUT_DOCKERSHIM = 8;
  private static final int FIRST_KUBELET_WITHOUT_DOCKERSHIM = 24;

  @Override
  public List<Check> look(Scene scene) {
    Optional<Manifest> daemon = scene.release().daemon();
    if (daemon.isEmpty()) {
      return List.of(
          Check.skipped(
              ID, CheckCategory.DAEMON, "the release has no daemon: KruiseDaemon is off"));
    }
    if (!scene.nodes().isSeen()) {
      return List.of(
          Check.skipped(
              ID, CheckCategory.DAEMON, "nodes may not be looked at: " + scene.nodes().unseen()));
    }
    Map<String, Integer> troubles = new TreeMap<>();
    List<Manifest> nodes = scene.nodes().orElse(List.of());
    for (Manifest node : nodes) {
      trouble(scene, daemon.get(), node)
          .ifPresent(trouble -> troubles.merge(trouble, 1, Integer::sum));
    }
    return List.of(
        troubles.isEmpty()
            ? Check.pass(
                    ID,
                    CheckCategory.DAEMON,
                    "the daemon looks for the runtimes' sockets where they are")
                .about(daemon.get().ref())
            : Check.warn(
                    ID,
                    CheckCategory.DAEMON,
                    "the daemon will not find the container runtime of some nodes; webhooks work"
                        + " without it",
                    "Say where the socket is (Customizer.daemonSocketLocation, daemonSocketFile),"
                        + " upgrade the runtime, or leave the daemon out:"
                        + " Customizer.featureGate(\"KruiseDaemon\", false).")
                .about(daemon.get().ref())
                .seen(
                    troubles.entrySet().stream()
                        .map(
                            each ->
                                each.getValue()
                                    + " of "
                                    + nodes.size()
                                    + " nodes: "
                                    + each.getKey())
                        .toList()));
  }

  private static Optional<String> trouble(Scene scene, Manifest daemon, Manifest node) {
    String folder = folder(daemon);
    boolean named = !socketFile(daemon).isEmpty();
    String runtime =
        Objects.requireNonNullElse(
            node.text("status", "nodeInfo", "containerRuntimeVersion"), "unknown");
    String kubelet =
        Objects.requireNonNullElse(node.text("status", "nodeInfo", "kubeletVersion"), "");
    Matcher flavour = FLAVOUR.matcher(kubelet);
    if (flavour.matches() && !named) {
      String own = flavour.group(1).equals("k0s") ? "/run/k0s" : "/run/k3s";
      if (!folder.equals(own) && !folder.equals("/var" + own)) {
        return Optional.of(
            "%s keeps its socket below %s, the daemon looks below %s"
                .formatted(flavour.group(1), own, folder));
      }
    }
    Matcher parts = RUNTIME.matcher(runtime);
    if (!parts.matches()) {
      return Optional.empty();
    }
    if (parts.group(1).equals("docker") && !named) {
      return docker(scene, runtime, kubelet);
    }
    boolean old =
        parts.group(1).equals("containerd")
            && parts.group(2).equals("1")
            && Integer.parseInt(parts.group(3)) < FIRST_CONTAINERD_WITH_V1
            && KubernetesRange.minor(scene.release().version()) >= FIRST_KRUISE_WITH_V1;
    return old
        ? Optional.of(
            runtime + " does not serve v1 of the runtime interface, which the daemon asks for")
        : Optional.empty();
  }

  /** The kubelet, or cri-dockerd since it has none, serves the runtime interface for Docker. */
  private static Optional<String> docker(Scene scene, String runtime, String kubelet) {
    int kruise = KubernetesRange.minor(scene.release().version());
    int node = KubernetesRange.minor(kubelet);
    if (kruise < 0 || node < 0) {
      return Optional.empty();
    }
    if (node >= FIRST_KUBELET_WITHOUT_DOCKERSHIM) {
      return kruise < FIRST_KRUISE_WITH_CRI_DOCKERD
          ? Optional.of(
              "%s has no dockershim.sock at kubelet %s, and OpenKruise looks for cri-dockerd since"
                      .formatted(runtime, kubelet)
                  + " 1.7 only")
          : Optional.empty();
    }
    return kruise >= FIRST_KRUISE_WITHOUT_DOCKERSHIM
        ? Optional.of(
            "%s has the dockershim of kubelet %s, for which OpenKruise does not look since 1.8"
                .formatted(runtime, kubelet))
        : Optional.empty();
  }

  /** The folder of the host in which the daemon looks. */
  private static String folder(Manifest daemon) {
    return daemon.maps("spec", "template", "spec", "volumes").stream()
        .filter(volume -> "runtime-socket".equals(Trees.text(volume, "name")))
        .flatMap(
            (Map<String, @Nullable Object> volume) ->
                Stream.ofNullable(Trees.text(volume, "hostPath", "path")))
        .findFirst()
        .orElse("/var/run");
  }

  private static String socketFile(Manifest daemon) {
    return daemon.maps("spec", "template", "spec", "containers").stream()
        .flatMap(container -> Trees.list(container, "args").stream())
        .map(String::valueOf)
        .filter(argument -> argument.startsWith("--socket-file="))
        .map(argument -> argument.substring("--socket-file=".length()))
        .findFirst()
        .orElse("");
  }
}
