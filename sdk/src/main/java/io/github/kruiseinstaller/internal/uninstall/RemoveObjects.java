package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.inventory.Inventory;
import io.github.kruiseinstaller.internal.ownership.HelmRecords;
import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.stage.StageStep;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything else goes: Helm's records first, because what is left tells a later run of them; the
 * inventory only after what may be known by it alone; and the configurations last, because they
 * tell where the manager was. What the manager has made between the survey and its end goes too:
 * nobody else will ever remove it.
 */
final class RemoveObjects implements StageStep {
  private final Survey survey;
  private final Deletions deletions;
  private final boolean keepsCustomResources;

  RemoveObjects(Survey survey, Deletions deletions, boolean keepsCustomResources) {
    this.survey = survey;
    this.deletions = deletions;
    this.keepsCustomResources = keepsCustomResources;
  }

  @Override
  public Stage stage() {
    return Stage.REMOVE_OBJECTS;
  }

  @Override
  public void run(StageContext context) {
    deletions.delete(context, HelmRecords::isNamedSo);
    deletions.delete(
        context, ref -> !HelmRecords.isNamedSo(ref) && !isConfiguration(ref) && !isInventory(ref));
    deletions.deleteObjects(context, madeSince(context));
    deletions.delete(context, this::isInventory);
    deletions.delete(context, RemoveObjects::isConfiguration);
  }

  private List<Manifest> madeSince(StageContext context) {
    Set<ObjectRef> planned =
        context.planned().stream().map(PlannedChange::object).collect(Collectors.toSet());
    return new Surveyor(context.cluster(), context.environment().workers())
        .ofTheManagersMaking(survey.live()).stream()
            .filter(each -> !planned.contains(each.ref()))
            .filter(each -> !keepsCustomResources || !ChartObjects.isOfNodes(each.ref()))
            .toList();
  }

  private boolean isInventory(ObjectRef ref) {
    return ref.equals(Inventory.ref(survey.live().location().namespace()));
  }

  private static boolean isConfiguration(ObjectRef ref) {
    return ref.kind().endsWith("WebhookConfiguration");
  }
}
