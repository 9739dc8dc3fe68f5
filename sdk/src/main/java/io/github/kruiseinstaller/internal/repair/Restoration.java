package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a release at hand has to offer to a repair: objects that are missing, and objects that are
 * not as it has them. Compares with the cluster when it is asked for the first time.
 */
final class Restoration {
  private static final Set<ChangeAction> APPLIED =
      Set.of(ChangeAction.CREATE, ChangeAction.CHANGE, ChangeAction.TAKE_OVER);

  private final @Nullable Release release;
  private final Supplier<Optional<PreparedPlan>> comparison;
  private Optional<PreparedPlan> compared = Optional.empty();
  private boolean asked;

  /**
   * A release at hand.
   *
   * @param comparison what installing it would do; empty when that cannot be told
   */
  Restoration(@Nullable Release release, Supplier<Optional<PreparedPlan>> comparison) {
    this.release = release;
    this.comparison = comparison;
  }

  /** No release. */
  static Restoration none() {
    return new Restoration(null, Optional::empty);
  }

  /** The release. */
  Optional<Release> release() {
    return Optional.ofNullable(release);
  }

  /** The release's own form of an object. */
  Optional<Manifest> manifest(ObjectRef ref) {
    return release().flatMap(found -> found.find(ref));
  }

  /** What makes the objects that satisfy as the release has them; empty when they are, or none. */
  List<Mending> of(Predicate<PlannedChange> which) {
    List<Mending> mendings = new ArrayList<>();
    for (PreparedPlan prepared : comparison().stream().toList()) {
      for (PlannedStage stage : prepared.plan().stages()) {
        stage.changes().stream()
            .filter(change -> APPLIED.contains(change.action()))
            .filter(change -> prepared.manifests().containsKey(change.object()))
            .filter(which)
            .map(change -> mending(stage, change, prepared))
            .forEach(mendings::add);
      }
    }
    return mendings;
  }

  private static Mending mending(PlannedStage stage, PlannedChange change, PreparedPlan prepared) {
    return Mending.apply(stage.stage(), change, prepared.manifest(change.object()));
  }

  private Optional<PreparedPlan> comparison() {
    if (release != null && !asked) {
      asked = true;
      compared = comparison.get();
    }
    return compared;
  }
}
