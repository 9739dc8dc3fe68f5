package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import org.jspecify.annotations.Nullable;

/**
 * What came of planning; one of the two is there.
 *
 * @param plan the plan
 * @param failure why there is none
 */
record PlanOutcome(@Nullable PreparedPlan plan, @Nullable Failure failure) {
  static PlanOutcome made(PreparedPlan plan) {
    return new PlanOutcome(plan, null);
  }

  static PlanOutcome ended(Failure failure) {
    return new PlanOutcome(null, failure);
  }
}
