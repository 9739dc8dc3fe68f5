package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.wait.DeploymentRollout;
import io.github.kruiseinstaller.model.Stage;

/**
 * Every replica of the manager runs the release and is Ready. That it has stayed so for the
 * Deployment's minReadySeconds is awaited while the proof runs.
 */
public final class RolloutStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.ROLLOUT;
  }

  @Override
  public void run(StageContext context) {
    ManagerTrouble.await(context, DeploymentRollout.ready());
  }
}
