package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.model.Stage;

/**
 * The manager's Deployment and the daemon's DaemonSet; controllers that wait out a back-off try
 * again now.
 */
public final class ManagerStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.MANAGER;
  }

  @Override
  public void run(StageContext context) {
    if (context.planned().stream().anyMatch(change -> change.action().writes())) {
      Readmission.await(context);
    }
    new PlannedWrites(context).write(change -> true);
  }
}
