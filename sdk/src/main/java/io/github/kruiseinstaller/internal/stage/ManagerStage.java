package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.util.Set;

/**
 * The manager's Deployment and the daemon's DaemonSet; controllers that wait out a back-off try
 * again now. In an upgrade beside a serving manager its old replicas are kept for now, and the
 * Service leads to them alone.
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
    PlannedWrites writes = new PlannedWrites(context);
    if (context.besideServing()) {
      Set<ObjectRef> own =
          Set.of(
              context.release().managerDeployment().ref(),
              context.release().webhookService().ref());
      writes.write(change -> !own.contains(change.object()));
      besideTheOldOne(context);
      context.planned().stream()
          .filter(change -> own.contains(change.object()))
          .forEach(context::wrote);
    } else {
      writes.write(change -> true);
    }
  }

  /** New replicas may say that they are Ready and still not serve: nobody is led to them. */
  private static void besideTheOldOne(StageContext context) {
    StageContext.Environment environment = context.environment();
    HeldManager manager = new HeldManager(context.cluster(), environment.prepared());
    CutOver service = new CutOver(context.cluster(), environment.control(), environment.prepared());
    if (service.leadsTo().isEmpty()) {
      manager.servingReplicas().ifPresent(service::narrow);
    }
    manager.hold();
  }
}
