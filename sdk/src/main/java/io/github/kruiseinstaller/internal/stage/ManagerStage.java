package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.model.Stage;

/** The manager's Deployment and the daemon's DaemonSet. */
public final class ManagerStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.MANAGER;
  }

  @Override
  public void run(StageContext context) {
    new PlannedWrites(context).write(change -> true);
  }
}
