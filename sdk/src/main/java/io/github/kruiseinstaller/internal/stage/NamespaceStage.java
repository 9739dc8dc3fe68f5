package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.model.Stage;

/** The release's namespaces, with the label that spares the manager from its own webhooks. */
public final class NamespaceStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.NAMESPACE;
  }

  @Override
  public void run(StageContext context) {
    new PlannedWrites(context).write(change -> true);
  }
}
