package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.wait.DeploymentRollout;
import io.github.kruiseinstaller.model.Stage;

/**
 * Waits until every replica of the manager has been Ready for its minReadySeconds, and only then
 * lets requests depend on it: a manager that ends right after it became Ready has refused nobody.
 */
public final class EnforceStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.ENFORCE;
  }

  @Override
  public void run(StageContext context) {
    ManagerTrouble.await(context, DeploymentRollout.available());
    if (context.planWrites(Stage.ARM)) {
      context.arming().enforce(ArmStage.request(context));
    }
  }
}
