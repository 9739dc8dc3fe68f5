package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.wait.DeploymentRollout;
import io.github.kruiseinstaller.internal.wait.WaitTimeoutException;
import io.github.kruiseinstaller.internal.wait.WatchingWaiter;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The manager's Deployment and the daemon's DaemonSet; controllers that wait out a back-off try
 * again now. In an upgrade beside a serving manager its old replicas are kept for now, and the
 * Service leads to them alone.
 */
public final class ManagerStage implements StageStep {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

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

  /**
   * New replicas may say that they are Ready and still not serve: nobody is led to them. Nor is
   * anybody led to replicas that are about to end, as those are that somebody's own rollout
   * replaces: it stops before they are chosen.
   */
  private static void besideTheOldOne(StageContext context) {
    StageContext.Environment environment = context.environment();
    HeldManager manager = new HeldManager(context.cluster(), environment.prepared());
    CutOver service = new CutOver(context.cluster(), environment.control(), environment.prepared());
    if (service.leadsTo().isEmpty()) {
      if (!manager.isHeld()) {
        awaitRolloutOfOthers(context);
      }
      manager.stop();
      ManagerTrouble.await(context, DeploymentRollout.seen());
      manager.servingReplicas().ifPresent(kept -> lead(context, service, kept));
    }
    manager.hold();
  }

  /**
   * While one goes on nobody can tell which replicas will stay beside new ones. One that is stuck
   * is left as it is: the release may be what mends it.
   */
  private static void awaitRolloutOfOthers(StageContext context) {
    RunControl control = context.environment().control();
    RunControl patience = control.within(control.deadline().atMost(PATIENCE));
    ObjectRef manager = context.release().managerDeployment().ref();
    try {
      context.awaiting(
          () ->
              new WatchingWaiter(context.cluster(), patience)
                  .await(
                      Query.one(manager),
                      List.of(manager),
                      DeploymentRollout.undivided(),
                      context::waiting));
    } catch (WaitTimeoutException e) {
      context.note("another rollout of the manager is stuck, and ends with this one: " + e.state());
    }
  }

  /** Of a rollout that was under way there are others that serve, and that may end from now on. */
  private static void lead(StageContext context, CutOver service, Manifest kept) {
    if (!service.leadsBeside(kept)) {
      service.narrow(kept);
      return;
    }
    service.to(kept);
    StageContext.Environment environment = context.environment();
    new Redialling(context.cluster(), environment.control(), context.release()).run();
  }
}
