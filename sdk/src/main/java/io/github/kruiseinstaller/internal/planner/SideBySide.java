package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.wait.ReplicaSets;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an upgrade beside a serving manager does to the Deployment, the Service and the Secret. */
final class SideBySide {
  private static final String MASK = "\"***\"";
  private static final String NEW_PODS = "\"(of the new replicas)\"";
  private static final String MIN_READY = "spec.minReadySeconds";

  private final Release release;
  private final PlannedChange manager;

  /**
   * An upgrade.
   *
   * @param manager what applying the release's Deployment would change
   */
  SideBySide(Release release, PlannedChange manager) {
    this.release = release;
    this.manager = manager;
  }

  /** The Deployment as it is applied first: its old replicas are kept. */
  PlannedChange held() {
    List<FieldDiff> fields = new ArrayList<>(manager.fields());
    fields.removeIf(field -> field.path().equals(MIN_READY));
    fields.add(new FieldDiff(MIN_READY, wantedMinReady(), holdOf(release.managerDeployment())));
    return new PlannedChange(
        manager.object(),
        manager.action() == ChangeAction.TAKE_OVER ? ChangeAction.TAKE_OVER : ChangeAction.CHANGE,
        fields,
        manager.takenFrom());
  }

  /** The Service leads to the new replicas alone, and API servers dial anew. */
  PlannedStage cutOver() {
    return new PlannedStage(
        Stage.CUT_OVER,
        "requests go to the new replicas alone, over new connections; the old ones still run",
        List.of(selector(null, NEW_PODS), certificate()));
  }

  /** The old replicas end. */
  PlannedStage retire() {
    return new PlannedStage(
        Stage.RETIRE,
        "the old replicas end, and the Service selects as the release has it",
        List.of(
            new PlannedChange(
                manager.object(),
                ChangeAction.CHANGE,
                List.of(
                    new FieldDiff(
                        MIN_READY, holdOf(release.managerDeployment()), wantedMinReady())),
                List.of()),
            selector(NEW_PODS, null)));
  }

  private PlannedChange selector(@Nullable String live, @Nullable String wanted) {
    return new PlannedChange(
        release.webhookService().ref(),
        ChangeAction.CHANGE,
        List.of(new FieldDiff("spec.selector." + ReplicaSets.HASH, live, wanted)),
        List.of());
  }

  private PlannedChange certificate() {
    return new PlannedChange(
        ObjectRef.namespaced("v1", "Secret", release.namespace(), release.certificateSecretName()),
        ChangeAction.CHANGE,
        List.of(new FieldDiff("data[\"" + ManagerTransition.CA + "\"]", MASK, MASK)),
        List.of());
  }

  private @Nullable String wantedMinReady() {
    Object wanted = release.managerDeployment().at("spec", "minReadySeconds");
    return wanted == null ? null : String.valueOf(wanted);
  }

  private static String holdOf(Manifest deployment) {
    return String.valueOf(HeldDeployment.holdSeconds(deployment));
  }
}
