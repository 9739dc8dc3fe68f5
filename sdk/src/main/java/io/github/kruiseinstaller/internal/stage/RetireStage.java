package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.wait.DeploymentRollout;
import io.github.kruiseinstaller.internal.wait.PodEnded;
import io.github.kruiseinstaller.internal.wait.Pods;
import io.github.kruiseinstaller.internal.wait.ReplicaSets;
import io.github.kruiseinstaller.internal.wait.WorkloadSelector;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.util.List;

/**
 * The old replicas end, and are waited for until nothing of them runs: until then they could write
 * what they know into the webhook configurations. Then the Service selects as the release has it.
 */
public final class RetireStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.RETIRE;
  }

  @Override
  public void run(StageContext context) {
    Manifest deployment = context.release().managerDeployment();
    ObjectRef service = context.release().webhookService().ref();
    HeldManager manager = new HeldManager(context.cluster(), context.environment().prepared());
    String kept = ReplicaSets.hash(manager.newReplicas());
    PlannedWrites writes = new PlannedWrites(context);
    writes.write(change -> !change.object().equals(service));
    ManagerTrouble.await(context, DeploymentRollout.available());
    awaitEnd(context, deployment, kept);
    writes.write(change -> change.object().equals(service));
  }

  private static void awaitEnd(StageContext context, Manifest deployment, String kept) {
    Query old =
        Query.all("v1", "Pod", deployment.namespace())
            .withLabels(WorkloadSelector.text(deployment) + "," + ReplicaSets.HASH + "!=" + kept);
    List<ObjectRef> pods =
        context.cluster().list(old).items().stream()
            .filter(pod -> !Pods.hasEnded(pod))
            .map(Manifest::ref)
            .toList();
    if (!pods.isEmpty()) {
      context.awaiting(
          () -> context.environment().waiter().await(old, pods, new PodEnded(), context::waiting));
    }
  }
}
