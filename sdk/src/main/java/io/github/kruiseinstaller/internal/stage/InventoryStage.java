package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The inventory tells of everything that there was and that there will be, before any of it is
 * written: a run that is killed leaves nothing that nobody knows of.
 */
public final class InventoryStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.INVENTORY;
  }

  @Override
  public void run(StageContext context) {
    write(context, context.environment().prepared().inventory().before());
  }

  /** Writes the parent where the stage plans to; nobody else has a say in it. */
  static void write(StageContext context, @Nullable Manifest parent) {
    for (PlannedChange change : context.planned()) {
      if (parent != null && change.action().writes() && change.object().equals(parent.ref())) {
        context.cluster().apply(Objects.requireNonNull(parent), Write.TAKE_OVER);
        context.wrote(change);
      }
    }
  }
}
