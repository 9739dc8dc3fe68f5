package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.wait.DeploymentRollout;
import io.github.kruiseinstaller.model.Stage;

/**
 * No replica of an older manager is left, and a first one of the release is Ready. The others are
 * awaited before anything depends on the manager, see {@link EnforceStage}.
 */
public final class RolloutStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.ROLLOUT;
  }

  @Override
  public void run(StageContext context) {
    ManagerTrouble.await(context, DeploymentRollout.serving());
  }
}
