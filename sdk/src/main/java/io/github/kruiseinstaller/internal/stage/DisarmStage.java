package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.model.Stage;

/**
 * Armed configurations go back to parked, so that nobody depends on a manager that is not there.
 */
public final class DisarmStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.DISARM;
  }

  @Override
  public void run(StageContext context) {
    context.arming().disarm(context.release().webhookConfigurations());
  }
}
