package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.List;
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
    Workers workers = context.environment().workers();
    List<Future<Boolean>> parked = park(context);
    List<Future<Manifest>> others =
        writes.start(change -> isApplied(change) && !isRole(change) && !isBinding(change));
    try {
      // A binding may only be made once the role that it grants is there to be looked up.
      writes.write(ParkStage::isRole);
      writes.write(ParkStage::isBinding);
    } finally {
      try {
        workers.joinAll(others);
      } finally {
        workers.joinAll(parked);
      }
    }
  }

  private static List<Future<Boolean>> park(StageContext context) {
    if (context.planned().stream().allMatch(ParkStage::isApplied)) {
      return List.of();
    }
    Workers workers = context.environment().workers();
    return context.release().webhookConfigurations().stream()
        .map(one -> workers.start(() -> !context.arming().park(List.of(one)).isEmpty()))
        .toList();
  }

  private static boolean isApplied(PlannedChange change) {
    return change.action() != ChangeAction.PARK;
  }

  private static boolean isRole(PlannedChange change) {
    return change.object().kind().endsWith("Role");
  }

  private static boolean isBinding(PlannedChange change) {
    return change.object().kind().endsWith("RoleBinding");
  }
}
