package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.ownership.Adoptions;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ExistingInstallation;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How what somebody else made comes into our hands.
 *
 * @param live the live state, with what applying the release changes once that is done
 * @param existing the installation, or null when there is nothing to take over
 * @param adopted the objects that change hands before anything is applied
 * @param settled what goes, and the objects that change hands, once everything works
 * @param adoptions how each of them does
 * @param warnings what a person should know
 */
record TakeOverPlan(
    LiveState live,
    @Nullable ExistingInstallation existing,
    List<PlannedChange> adopted,
    List<PlannedChange> settled,
    Adoptions adoptions,
    List<String> warnings) {
  TakeOverPlan {
    adopted = List.copyOf(adopted);
    settled = List.copyOf(settled);
    warnings = List.copyOf(warnings);
  }

  /** Nothing is taken over. */
  static TakeOverPlan none(LiveState live, List<String> warnings) {
    return new TakeOverPlan(live, null, List.of(), List.of(), Adoptions.NONE, warnings);
  }

  /** There is an installation that stands in the way. */
  static TakeOverPlan refused(LiveState live, ExistingInstallation existing) {
    return new TakeOverPlan(live, existing, List.of(), List.of(), Adoptions.NONE, List.of());
  }

  /** The stage that comes before anything is applied, where there is one. */
  List<PlannedStage> first() {
    return adopted.isEmpty()
        ? List.of()
        : List.of(
            new PlannedStage(
                Stage.TAKE_OVER,
                "field managers: what others own becomes this library's; nothing else changes",
                adopted));
  }

  /** The stage that comes last, where there is one. */
  List<PlannedStage> last() {
    return settled.isEmpty()
        ? List.of()
        : List.of(
            new PlannedStage(
                Stage.SETTLE,
                "it works: what still tells of another owner goes, the webhooks stay as they are",
                settled));
  }
}
