package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.wait.ReplicaSets;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What lives in the cluster is what the release says, where one is given. */
final class DriftHealth implements HealthCheck {
  static final String ID = "release-drift";

  private static final int MOST_OBJECTS = 20;
  private static final Set<ChangeAction> DRIFT =
      Set.of(
          ChangeAction.CREATE,
          ChangeAction.CHANGE,
          ChangeAction.TAKE_OVER,
          ChangeAction.PARK,
          ChangeAction.ARM);

  /** What these write is taken back, or was so before. */
  private static final Set<Stage> ON_THE_WAY = Set.of(Stage.CUT_OVER, Stage.RETIRE);

  /** What an upgrade beside serving replicas holds until they end. */
  private static final Set<String> HELD =
      Set.of(
          "spec.minReadySeconds",
          "spec.progressDeadlineSeconds",
          "spec.selector." + ReplicaSets.HASH);

  @Override
  public List<Finding> judge(HealthScene scene) {
    if (scene.release().isEmpty()) {
      return List.of(
          Finding.of(
              Check.skipped(
                  ID, CheckCategory.INSTALLATION, "no release is given to compare with")));
    }
    if (!scene.plan().isSeen()) {
      return List.of(
          Finding.unseen(
              ID, CheckCategory.INSTALLATION, "how it differs from the release", scene.plan()));
    }
    List<PlannedChange> drift =
        scene.plan().orElse(Optional.empty()).map(DriftHealth::drift).orElse(List.of());
    return List.of(
        Finding.of(
            drift.isEmpty()
                ? Check.pass(ID, CheckCategory.INSTALLATION, "everything is as the release says")
                : Check.warn(
                        ID,
                        CheckCategory.INSTALLATION,
                        PlainText.count(drift.size(), "object")
                            + " and "
                            + PlainText.count(fields(drift), "field")
                            + " are not as OpenKruise "
                            + scene.release().get().version()
                            + " says",
                        "Look at plan(), which has every field; install() brings them back.")
                    .seen(lines(scene, drift))));
  }

  private static List<PlannedChange> drift(PreparedPlan prepared) {
    List<PlannedStage> stages = prepared.plan().stages();
    boolean beside = stages.stream().anyMatch(stage -> stage.stage() == Stage.CUT_OVER);
    List<PlannedChange> changes =
        stages.stream()
            .filter(stage -> !ON_THE_WAY.contains(stage.stage()))
            .flatMap(stage -> stage.changes().stream())
            .filter(change -> DRIFT.contains(change.action()))
            // An annotation that ends a back-off is nothing that the release says.
            .filter(
                change ->
                    prepared.release().find(change.object()).isPresent()
                        || change.object().kind().equals("Namespace"))
            .flatMap(change -> (beside ? withoutHolds(change) : Optional.of(change)).stream())
            .toList();
    Set<ObjectRef> parked =
        changes.stream()
            .filter(change -> change.action() == ChangeAction.PARK)
            .map(PlannedChange::object)
            .collect(Collectors.toSet());
    return changes.stream().filter(change -> !isOnTheWay(change, parked)).toList();
  }

  /** Whether it only puts back what an earlier step takes away, or ends what one has begun. */
  private static boolean isOnTheWay(PlannedChange change, Set<ObjectRef> parked) {
    return change.action() == ChangeAction.ARM
        && (change.fields().isEmpty() || parked.contains(change.object()));
  }

  private static Optional<PlannedChange> withoutHolds(PlannedChange change) {
    if (change.object().kind().equals("DaemonSet")) {
      return Optional.of(change);
    }
    List<FieldDiff> fields =
        change.fields().stream().filter(field -> !HELD.contains(field.path())).toList();
    boolean onlyHolds = fields.isEmpty() && !change.fields().isEmpty();
    return onlyHolds
        ? Optional.empty()
        : Optional.of(
            new PlannedChange(change.object(), change.action(), fields, change.takenFrom()));
  }

  private static long fields(List<PlannedChange> drift) {
    return drift.stream().mapToLong(change -> change.fields().size()).sum();
  }

  private static List<String> lines(HealthScene scene, List<PlannedChange> drift) {
    List<String> lines = new ArrayList<>();
    for (PlannedChange change : drift.subList(0, Math.min(MOST_OBJECTS, drift.size()))) {
      lines.add(change.object() + how(scene, change));
    }
    if (drift.size() > MOST_OBJECTS) {
      lines.add("and " + (drift.size() - MOST_OBJECTS) + " more");
    }
    return lines;
  }

  private static String how(HealthScene scene, PlannedChange change) {
    List<String> paths = change.fields().stream().map(field -> field.path()).toList();
    return switch (change.action()) {
      case CREATE -> " does not exist";
      case PARK -> exists(scene, change.object()) ? " is not parked" : " does not exist";
      default -> paths.isEmpty() ? " is not as it should be" : ": " + String.join(", ", paths);
    };
  }

  private static boolean exists(HealthScene scene, ObjectRef configuration) {
    return scene.live().ownConfigurations().stream()
        .anyMatch(each -> each.ref().equals(configuration));
  }
}
