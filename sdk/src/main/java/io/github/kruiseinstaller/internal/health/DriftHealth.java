package io.github.kruiseinstaller.internal.health;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
                    .seen(lines(drift))));
  }

  private static List<PlannedChange> drift(PreparedPlan prepared) {
    return prepared.plan().stages().stream()
        .flatMap(stage -> stage.changes().stream())
        .filter(change -> DRIFT.contains(change.action()))
        // An annotation that ends a back-off is nothing that the release says.
        .filter(
            change ->
                prepared.release().find(change.object()).isPresent()
                    || change.object().kind().equals("Namespace"))
        .toList();
  }

  private static long fields(List<PlannedChange> drift) {
    return drift.stream().mapToLong(change -> change.fields().size()).sum();
  }

  private static List<String> lines(List<PlannedChange> drift) {
    List<String> lines = new ArrayList<>();
    for (PlannedChange change : drift.subList(0, Math.min(MOST_OBJECTS, drift.size()))) {
      List<String> paths = change.fields().stream().map(field -> field.path()).toList();
      lines.add(
          change.object()
              + (change.action() == ChangeAction.CREATE || paths.isEmpty()
                  ? " does not exist"
                  : ": " + String.join(", ", paths)));
    }
    if (drift.size() > MOST_OBJECTS) {
      lines.add("and " + (drift.size() - MOST_OBJECTS) + " more");
    }
    return lines;
  }
}
