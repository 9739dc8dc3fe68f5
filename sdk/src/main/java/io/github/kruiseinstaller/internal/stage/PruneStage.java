package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.inventory.InventoryPlan;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the release has no more goes, now that what it has works: workloads first, and then what
 * they need. The inventory, which tells of less afterwards, is written last.
 */
public final class PruneStage implements StageStep {
  private static final List<String> WORKLOADS = List.of("Deployment", "DaemonSet");

  @Override
  public Stage stage() {
    return Stage.PRUNE;
  }

  @Override
  public void run(StageContext context) {
    InventoryPlan inventory = context.environment().prepared().inventory();
    prune(context, inventory, change -> WORKLOADS.contains(change.object().kind()));
    prune(context, inventory, change -> !WORKLOADS.contains(change.object().kind()));
    context.planned().stream()
        .filter(change -> change.action() == ChangeAction.KEEP)
        .forEach(change -> context.note("kept " + change.object() + ": " + change.note()));
    InventoryStage.write(context, inventory.after());
  }

  private static void prune(
      StageContext context, InventoryPlan inventory, Predicate<PlannedChange> which) {
    context
        .environment()
        .workers()
        .map(
            context.planned().stream()
                .filter(change -> change.action() == ChangeAction.PRUNE && which.test(change))
                .toList(),
            change -> {
              prune(context, inventory, change);
              return change;
            });
  }

  private static void prune(StageContext context, InventoryPlan inventory, PlannedChange change) {
    Optional<String> uid = inventory.stillPrunable(context.cluster(), change.object());
    if (uid.isPresent() && context.cluster().delete(change.object(), uid.get())) {
      context.wrote(change);
    } else if (context.cluster().get(change.object()).isPresent()) {
      context.note("kept " + change.object() + ": it has changed hands since the plan was made");
    }
  }
}
