package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.List;

/** The definitions go, once more seen to have no objects, and are gone. */
final class RemoveDefinitions implements StageStep {
  private final Survey survey;
  private final Deletions deletions;

  RemoveDefinitions(Survey survey, Deletions deletions) {
    this.survey = survey;
    this.deletions = deletions;
  }

  @Override
  public Stage stage() {
    return Stage.REMOVE_DEFINITIONS;
  }

  @Override
  public void run(StageContext context) {
    CustomResources now =
        CustomResources.read(
            context.cluster(), context.environment().workers(), survey.definitions());
    if (!now.isEmpty()) {
      throw UninstallPlanner.CustomResourceRefusal.of(now);
    }
    deletions.delete(context, ref -> true);
    List<ObjectRef> planned = context.planned().stream().map(PlannedChange::object).toList();
    Deletions.awaitGone(context, planned);
  }
}
