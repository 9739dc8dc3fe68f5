package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.Release;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the checks of a preflight share.
 *
 * @param release what is to be installed
 * @param cluster for looking further
 * @param control the bounds of looking
 * @param workers the run's threads
 * @param kubernetesVersion the cluster's version
 * @param live what there is of OpenKruise
 * @param nodes all nodes
 */
record Scene(
    Release release,
    Cluster cluster,
    RunControl control,
    Workers workers,
    String kubernetesVersion,
    LiveInstallation live,
    Seen<List<Manifest>> nodes) {

  /** A live namespace. */
  Optional<Manifest> namespace(String name) {
    return live.namespaces().orElse(List.of()).stream()
        .filter(each -> each.name().equals(name))
        .findFirst();
  }

  /** The manager's live namespace. */
  Optional<Manifest> namespace() {
    return namespace(release.namespace());
  }

  /** The workloads whose Pods the release brings: the manager, and the daemon where it has one. */
  List<Manifest> workloads() {
    return Stream.concat(Stream.of(release.managerDeployment()), release.daemon().stream())
        .toList();
  }
}
