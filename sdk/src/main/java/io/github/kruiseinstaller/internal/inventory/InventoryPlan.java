package io.github.kruiseinstaller.internal.inventory;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is needed to keep an inventory and to prune.
 *
 * @param before the parent before objects are written: what there was and what there will be; null
 *     when none is kept
 * @param after the parent once what is pruned is gone; null when none is kept
 * @param pruned the objects that are to be deleted, as they were planned
 */
public record InventoryPlan(
    @Nullable Manifest before, @Nullable Manifest after, Map<ObjectRef, Manifest> pruned) {
  private static final InventoryPlan NONE = new InventoryPlan(null, null, Map.of());

  /** Copies the map. */
  public InventoryPlan {
    pruned = Map.copyOf(pruned);
  }

  /** Nothing is recorded and nothing is pruned. */
  public static InventoryPlan none() {
    return NONE;
  }

  /**
   * The uid of an object that is still the one that was planned to be deleted, or empty: somebody
   * has deleted it, made it anew, or taken it over since.
   */
  public Optional<String> stillPrunable(Cluster cluster, ObjectRef ref) {
    Manifest planned = Objects.requireNonNull(pruned.get(ref), () -> ref + " is not pruned");
    return cluster
        .get(ref)
        .filter(live -> Objects.equals(live.uid(), planned.uid()))
        .filter(live -> Ownership.lacking(live).isEmpty())
        .filter(live -> PruneRules.inUse(cluster, live).isEmpty())
        .flatMap(live -> Optional.ofNullable(live.uid()));
  }
}
