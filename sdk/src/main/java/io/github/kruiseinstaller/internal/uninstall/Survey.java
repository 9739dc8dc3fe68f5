package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.ownership.HelmRecords;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.uninstall.KeptObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What belongs to an installation that is to go, as the cluster has it.
 *
 * @param live the installation as everybody sees it
 * @param workloads Deployments, DaemonSets and Jobs
 * @param objects everything else but definitions, configurations and namespaces
 * @param definitions OpenKruise's custom resource definitions, or those of the release
 * @param customResources the custom resources of all of OpenKruise's definitions
 * @param helm Helm's records
 * @param namespaces the namespaces of the installation that exist
 * @param foreign what else is in them, and why it stays
 * @param warnings what a person should know
 */
public record Survey(
    LiveInstallation live,
    List<Manifest> workloads,
    List<Manifest> objects,
    List<Manifest> definitions,
    CustomResources customResources,
    HelmRecords helm,
    List<LiveNamespace> namespaces,
    List<KeptObject> foreign,
    List<String> warnings) {
  /** Copies the lists. */
  public Survey {
    workloads = List.copyOf(workloads);
    objects = List.copyOf(objects);
    definitions = List.copyOf(definitions);
    namespaces = List.copyOf(namespaces);
    foreign = List.copyOf(foreign);
    warnings = List.copyOf(warnings);
  }

  /**
   * A namespace.
   *
   * @param manifest the live namespace
   * @param foreign what is in it that does not go
   * @param unread which kinds may have objects in it that could not be seen, and why
   */
  record LiveNamespace(Manifest manifest, List<Manifest> foreign, List<String> unread) {
    LiveNamespace {
      foreign = List.copyOf(foreign);
      unread = List.copyOf(unread);
    }
  }

  /** How many custom resources there are, for reports. */
  public List<io.github.kruiseinstaller.uninstall.CustomResourceCount> counts() {
    return customResources.counts();
  }

  /** Whether the manager answers, as far as anybody can tell: it takes finalizers off then. */
  boolean isServing() {
    return live.manager().isPresent() && live.readyEndpoints() > 0;
  }

  /** Everything that goes, whatever the options, but the configurations. */
  List<Manifest> removed() {
    List<Manifest> all = new ArrayList<>(workloads);
    all.addAll(objects);
    return all;
  }
}
