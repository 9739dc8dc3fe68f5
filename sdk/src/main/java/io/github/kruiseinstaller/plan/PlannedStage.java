package io.github.kruiseinstaller.plan;

import io.github.kruiseinstaller.model.Stage;
import java.util.List;

/**
 * A stage of the plan.
 *
 * @param stage which
 * @param why why this stage is there, in one sentence
 * @param changes what it does to which object; empty for stages that only wait or prove
 */
public record PlannedStage(Stage stage, String why, List<PlannedChange> changes) {
  /** Copies the list. */
  public PlannedStage {
    changes = List.copyOf(changes);
  }

  /** How many objects this stage writes. */
  public long writes() {
    return changes.stream().filter(change -> change.action().writes()).count();
  }
}
