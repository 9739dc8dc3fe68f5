package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.wait.ReplicaSets;
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
  private static final String OLD_PODS = "\"(of the old replicas)\"";
  private static final String NEW_PODS = "\"(of the new replicas)\"";
  private static final String MIN_READY = "spec.minReadySeconds";
  private static final List<String> HELD = List.of(MIN_READY, "spec.progressDeadlineSeconds");

  private final Release release;
  private final PlannedChange manager;
  private final boolean narrowed;

  /** An upgrade. */
  SideBySide(Release release, LiveState live) {
    this.release = release;
    this.manager = live.change(release.managerDeployment().ref());
    this.narrowed =
        live.object(release.webhookService().ref())
            .filter(service -> service.map("spec", "selector").containsKey(ReplicaSets.HASH))
            .isPresent();
  }

  /** The Service leads to the replicas that serve, so that no new one is asked unproven. */
  List<PlannedChange> kept() {
    return narrowed ? List.of() : List.of(selector(null, OLD_PODS));
  }

  /** The Deployment as it is applied first: its old replicas are kept. */
  PlannedChange held() {
    List<FieldDiff> fields = new ArrayList<>(manager.fields());
    fields.removeIf(field -> HELD.contains(field.path()));
    HELD.forEach(path -> fields.add(new FieldDiff(path, wanted(path), hold(path))));
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
        List.of(selector(OLD_PODS, NEW_PODS), certificate()));
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
                HELD.stream().map(path -> new FieldDiff(path, hold(path), wanted(path))).toList(),
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
        release.certificateSecretRef(),
        ChangeAction.CHANGE,
        List.of(new FieldDiff("data[\"" + ManagerTransition.CA + "\"]", MASK, MASK)),
        List.of());
  }

  private @Nullable String wanted(String path) {
    Object wanted = release.managerDeployment().at((Object[]) path.split("\\."));
    return wanted == null ? null : String.valueOf(wanted);
  }

  private static String hold(String path) {
    return String.valueOf(
        path.equals(MIN_READY) ? HeldDeployment.HOLD_SECONDS : HeldDeployment.NO_PROGRESS_DEADLINE);
  }
}
