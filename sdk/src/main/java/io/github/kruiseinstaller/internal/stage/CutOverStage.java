package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.release.Release;

/**
 * The Service leads to the new replicas alone, then API servers dial anew: from here on no request
 * depends on the old replicas, which still run.
 */
public final class CutOverStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.CUT_OVER;
  }

  @Override
  public void run(StageContext context) {
    StageContext.Environment environment = context.environment();
    Release release = context.release();
    HeldManager manager = new HeldManager(context.cluster(), environment.prepared());
    CutOver service = new CutOver(context.cluster(), environment.control(), environment.prepared());
    Redialling redialling = new Redialling(context.cluster(), environment.control(), release);
    context.awaiting(
        () -> {
          service.to(manager.newReplicas());
          redialling.run();
          return true;
        });
    context.planned().forEach(context::wrote);
  }
}
