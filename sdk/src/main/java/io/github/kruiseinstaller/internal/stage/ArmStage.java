package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.webhook.Arming.ArmRequest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.release.Release;

/**
 * Switches the real webhook lists on, on probation: one write per configuration, and only after the
 * proof. OpenKruise is of use from here on.
 */
public final class ArmStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.ARM;
  }

  @Override
  public void run(StageContext context) {
    if (!context.planWrites(Stage.ARM)) {
      context.note("already armed as the release wants it");
      return;
    }
    context.arming().arm(request(context));
  }

  /** What to arm, with the CA as it is now. */
  static ArmRequest request(StageContext context) {
    Release release = context.release();
    return new ArmRequest(
        release.webhookConfigurations(),
        ManagerCertificate.read(context).caBundleBase64(),
        release.namespace(),
        ManagerPods.labels(release.managerDeployment()));
  }
}
