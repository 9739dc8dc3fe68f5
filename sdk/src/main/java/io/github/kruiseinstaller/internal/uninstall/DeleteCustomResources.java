package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import java.util.List;

/**
 * Custom resources are deleted and gone, and before them what they own, Pods included: they go in
 * the foreground. Kubernetes' garbage collector looks for new kinds every 30 seconds only; were
 * their owners gone at once, and the definitions after them, it might never hear of the kind and
 * would leave the Pods. Custom resources that belong to others are not deleted by name: they would
 * be made anew.
 */
final class DeleteCustomResources implements StageStep {
  private final Survey survey;
  private final Deletions deletions;

  DeleteCustomResources(Survey survey, Deletions deletions) {
    this.survey = survey;
    this.deletions = deletions.inForeground();
  }

  @Override
  public Stage stage() {
    return Stage.CUSTOM_RESOURCES;
  }

  @Override
  public void run(StageContext context) {
    Conversions.write(context);
    deletions.delete(context, ref -> true);
    Deletions.awaitGone(
        context, survey.customResources().objects().stream().map(Manifest::ref).toList());
    // What was made since, or could not be listed before.
    List<Manifest> more = read(context).objects();
    while (!more.isEmpty()) {
      Protection.requireNone(more);
      deletions.deleteObjects(context, read(context).roots());
      Deletions.awaitGone(context, more.stream().map(Manifest::ref).toList());
      more = read(context).objects();
    }
  }

  private CustomResources read(StageContext context) {
    return CustomResources.read(
        context.cluster(),
        context.environment().workers(),
        survey.live().definitions().orElse(List.of()));
  }
}
