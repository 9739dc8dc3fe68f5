package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.wait.DeploymentRollout;
import io.github.kruiseinstaller.internal.wait.ReplicasReady;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;

/**
 * No replica of an older manager is left, and a first one of the release is Ready. The others are
 * awaited before anything depends on the manager, see {@link EnforceStage}. Beside a serving
 * manager every new replica is Ready, and the old ones stay.
 */
public final class RolloutStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.ROLLOUT;
  }

  @Override
  public void run(StageContext context) {
    if (context.besideServing()) {
      awaitNewReplicas(context);
    } else {
      ManagerTrouble.await(context, DeploymentRollout.serving());
    }
  }

  private static void awaitNewReplicas(StageContext context) {
    ManagerTrouble.await(context, DeploymentRollout.surged());
    Manifest current =
        new HeldManager(context.cluster(), context.environment().prepared()).newReplicas();
    ManagerTrouble.await(context, current.ref(), new ReplicasReady());
  }
}
