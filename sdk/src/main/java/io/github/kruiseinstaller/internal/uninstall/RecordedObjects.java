package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.inventory.Inventory;
import io.github.kruiseinstaller.internal.inventory.Members;
import io.github.kruiseinstaller.internal.inventory.Ownership;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The inventory of an installation, and what only it tells of. */
final class RecordedObjects {
  private final Cluster cluster;
  private final Workers workers;

  RecordedObjects(Cluster cluster, Workers workers) {
    this.cluster = cluster;
    this.workers = workers;
  }

  /**
   * Adds the inventory and those of its members that are this library's alone. Definitions,
   * namespaces and configurations, of which others know, are left out.
   *
   * @param namespace the installation's
   * @param inside what is in the installation's namespaces
   * @param warnings what a person should know is added
   */
  void addTo(
      Map<ObjectRef, Manifest> belongings,
      String namespace,
      Map<String, List<Manifest>> inside,
      List<String> warnings) {
    Optional<Manifest> parent =
        inside.getOrDefault(namespace, List.of()).stream()
            .filter(each -> each.ref().equals(Inventory.ref(namespace)))
            .findFirst();
    Optional<Inventory> inventory = parent.flatMap(Inventory::of);
    if (inventory.isEmpty()) {
      return;
    }
    belongings.put(parent.get().ref(), parent.get());
    Members members = Members.read(cluster, workers, inventory.get());
    members.objects().stream()
        .filter(each -> !each.isKind("CustomResourceDefinition"))
        .filter(each -> !each.kind().endsWith("WebhookConfiguration"))
        .filter(each -> Ownership.lacking(each).isEmpty())
        .forEach(each -> belongings.putIfAbsent(each.ref(), each));
    members
        .unseen()
        .forEach(
            (kind, why) ->
                warnings.add(
                    "what was installed of kind "
                        + kind
                        + " cannot be listed ("
                        + why
                        + "): of it goes only what every chart is known to bring"));
  }
}
