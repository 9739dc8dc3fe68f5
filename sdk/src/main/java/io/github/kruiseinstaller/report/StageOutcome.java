package io.github.kruiseinstaller.report;

import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one stage went.
 *
 * @param stage which
 * @param status how it ended
 * @param startedAfter from the start of the run to the start of the stage
 * @param took how long the stage took
 * @param waited how much of that was waiting for the cluster (CRDs, pods, readiness)
 * @param changes what was written, object by object
 * @param notes what was seen, for people
 */
public record StageOutcome(
    Stage stage,
    StageStatus status,
    Duration startedAfter,
    Duration took,
    Duration waited,
    List<PlannedChange> changes,
    List<String> notes) {
  /** Copies the lists. */
  public StageOutcome {
    changes = List.copyOf(changes);
    notes = List.copyOf(notes);
  }

  /** The JSON form as maps and lists; an item of {@code stages} in a report. */
  public Map<String, @Nullable Object> toMap() {
    return ReportJson.stage(this);
  }
}
