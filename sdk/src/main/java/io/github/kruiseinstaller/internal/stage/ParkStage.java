package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.concurrent.Future;

/**
 * Identities, RBAC, Service, certificate Secret and the parked webhook configurations: all that the
 * manager needs before it can become Ready.
 */
public final class ParkStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.PARK;
  }

  @Override
  public void run(StageContext context) {
    PlannedWrites writes = new PlannedWrites(context);
    Future<Boolean> parked = context.environment().workers().start(() -> park(context));
    try {
      // A binding may only be made once the role that it grants is there to be looked up.
      writes.write(change -> change.action() != ChangeAction.PARK && !isBinding(change));
      writes.write(ParkStage::isBinding);
    } finally {
      context.environment().workers().join(parked);
    }
  }

  private static boolean park(StageContext context) {
    if (context.planned().stream().anyMatch(change -> change.action() == ChangeAction.PARK)) {
      context.arming().park(context.release().webhookConfigurations());
    }
    return true;
  }

  private static boolean isBinding(PlannedChange change) {
    return change.object().kind().endsWith("RoleBinding");
  }
}
