package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.webhook.ReplicaProof;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.release.Release;

/**
 * Once each new replica has answered, the Service leads to the new replicas alone, then API servers
 * dial anew: from here on no request depends on the old replicas, which still run.
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
    Manifest newReplicas = manager.newReplicas();
    new ReplicaProof(context.cluster(), environment.control())
        .run(release.webhookService(), service.activeReplicas(newReplicas))
        .ifPresent(context::note);
    context.awaiting(
        () -> {
          service.to(newReplicas);
          redialling.run();
          return true;
        });
    context.planned().forEach(context::wrote);
  }
}
