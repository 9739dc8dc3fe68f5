package io.github.kruiseinstaller.internal.inventory;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.Release;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes objects members, keeps the inventory of them, and finds what is to be pruned. */
public final class InventoryPlanner {
  private final Cluster cluster;
  private final Workers workers;
  private final @Nullable PruneOptions options;

  private InventoryPlanner(Cluster cluster, Workers workers, @Nullable PruneOptions options) {
    this.cluster = cluster;
    this.workers = workers;
    this.options = options;
  }

  /** For an installation: whatever is installed is recorded. */
  public static InventoryPlanner recording(Cluster cluster, Workers workers, PruneOptions options) {
    return new InventoryPlanner(cluster, workers, options);
  }

  /**
   * For whoever compares a release with what is installed: objects are members where there is an
   * inventory already, and nothing is recorded or pruned.
   */
  public static InventoryPlanner following(Cluster cluster, Workers workers) {
    return new InventoryPlanner(cluster, workers, null);
  }

  /** Looks for the inventory, and starts to look for its members. */
  public InventoryDraft draft(Release release) {
    PruneOptions wanted = options;
    if (wanted == null) {
      return parentIfAllowed(release)
          .flatMap(Inventory::of)
          .map(before -> InventoryDraft.following(release, before))
          .orElseGet(() -> InventoryDraft.none(release));
    }
    Optional<Manifest> parent = cluster.get(Inventory.ref(release.namespace()));
    Optional<String> foreign = parent.flatMap(Inventory::foreign);
    if (foreign.isPresent()) {
      return InventoryDraft.none(
          release,
          Inventory.ref(release.namespace())
              + " is "
              + foreign.get()
              + ": what is installed is not recorded, and nothing is pruned");
    }
    return InventoryDraft.recording(
        release, parent, new PruneRules(cluster, wanted), known(release, parent));
  }

  private Members.@Nullable Reading known(Release release, Optional<Manifest> parent) {
    return parent
        .flatMap(Inventory::of)
        .map(before -> Members.start(cluster, workers, before, InventoryDraft.memberRefs(release)))
        .orElse(null);
  }

  private Optional<Manifest> parentIfAllowed(Release release) {
    try {
      return cluster.get(Inventory.ref(release.namespace()));
    } catch (ClusterException e) {
      if (e.status() != 403) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
