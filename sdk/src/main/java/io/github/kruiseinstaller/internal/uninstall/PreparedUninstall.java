package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.uninstall.UninstallPlan;
import java.util.Map;
import java.util.Objects;

/**
 * An uninstallation with what is needed to carry it out.
 *
 * @param plan what people and programs see
 * @param prepared the same for the stages
 * @param steps what is done in each stage
 */
public record PreparedUninstall(
    UninstallPlan plan, PreparedPlan prepared, Map<Stage, StageStep> steps) {
  /** Copies the map. */
  public PreparedUninstall {
    steps = Map.copyOf(steps);
  }

  /** What is done in a stage. */
  public StageStep step(Stage stage) {
    return Objects.requireNonNull(steps.get(stage), () -> stage + " has no step");
  }
}
