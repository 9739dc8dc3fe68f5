package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;

/**
 * The manager's Deployment and the daemon's DaemonSet; controllers that wait out a back-off try
 * again now. In an upgrade beside a serving manager its old replicas are kept for now.
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
    ObjectRef manager = context.release().managerDeployment().ref();
    boolean held = context.besideServing();
    new PlannedWrites(context).write(change -> !held || !change.object().equals(manager));
    if (held) {
      new HeldManager(context.cluster(), context.environment().prepared()).hold();
      context.planned().stream()
          .filter(change -> change.object().equals(manager))
          .forEach(context::wrote);
    }
  }
}
