package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.inventory.InventoryPlan;
import io.github.kruiseinstaller.internal.ownership.Adoptions;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.release.Release;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plan with what is needed to carry it out.
 *
 * @param plan what people and programs see
 * @param release the customised release, or what stands for one: the live objects as they will be
 * @param manifests what is applied, by object: the release's manifests, with the manager's
 *     namespace labelled
 * @param patches JSON merge patches by object, for objects of which nothing else may change; sent
 *     after what is applied
 * @param adoptions how objects that somebody else made come into our hands
 * @param inventory what recording and pruning take
 * @param unserved definitions that were there when the plan was made and were not Established, as
 *     they were then
 */
public record PreparedPlan(
    InstallPlan plan,
    Release release,
    Map<ObjectRef, Manifest> manifests,
    Map<ObjectRef, Map<String, @Nullable Object>> patches,
    Adoptions adoptions,
    InventoryPlan inventory,
    List<Manifest> unserved) {
  /** Copies the maps and the list. */
  public PreparedPlan {
    manifests = Map.copyOf(manifests);
    patches = Map.copyOf(patches);
    unserved = List.copyOf(unserved);
  }

  /**
   * A plan that takes nothing over, records and prunes nothing, and finds no definition that is not
   * served yet.
   */
  public PreparedPlan(
      InstallPlan plan,
      Release release,
      Map<ObjectRef, Manifest> manifests,
      Map<ObjectRef, Map<String, @Nullable Object>> patches) {
    this(plan, release, manifests, patches, Adoptions.NONE, InventoryPlan.none(), List.of());
  }

  /** The same, with definitions that are to be waited for. */
  public PreparedPlan awaiting(List<Manifest> definitions) {
    return new PreparedPlan(plan, release, manifests, patches, adoptions, inventory, definitions);
  }

  /** The merge patch for an object, where there is one. */
  public Optional<Map<String, @Nullable Object>> patch(ObjectRef ref) {
    return Optional.ofNullable(patches.get(ref));
  }

  /** What is applied for an object. */
  public Manifest manifest(ObjectRef ref) {
    return Objects.requireNonNull(manifests.get(ref), () -> ref + " is not part of the plan");
  }
}
