package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.ownership.Adoption;
import io.github.kruiseinstaller.internal.ownership.Adoptions;
import io.github.kruiseinstaller.internal.ownership.HelmRecords;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What still tells of the tool that made the installation goes: Helm's record, where that was asked
 * for, and then what its configurations carry. In this order, because they are where a later run
 * finds which record it was.
 */
public final class SettleStage implements StageStep {
  @Override
  public Stage stage() {
    return Stage.SETTLE;
  }

  @Override
  public void run(StageContext context) {
    Adoptions adoptions = context.environment().prepared().adoptions();
    each(
        context,
        ChangeAction.DELETE,
        record -> deleted(context.cluster(), record, adoptions.records().get(record)));
    each(context, ChangeAction.ADOPT, object -> adopted(context, object));
    adoptions.last().forEach(context::note);
  }

  private static void each(StageContext context, ChangeAction action, Predicate<ObjectRef> write) {
    List<PlannedChange> changes =
        context.planned().stream().filter(change -> change.action() == action).toList();
    context
        .environment()
        .workers()
        .map(
            changes,
            change -> {
              if (write.test(change.object())) {
                context.wrote(change);
              }
              return change;
            });
  }

  /** Deletes a record if it is still the one that was planned, and still one of Helm's. */
  private static boolean deleted(Cluster cluster, ObjectRef record, @Nullable String uid) {
    Optional<Manifest> live =
        cluster
            .get(record)
            .filter(found -> uid != null && uid.equals(found.uid()))
            .filter(HelmRecords::isRecord);
    return live.isPresent() && cluster.delete(record, uid);
  }

  private static boolean adopted(StageContext context, ObjectRef object) {
    Adoptions adoptions = context.environment().prepared().adoptions();
    Adoption adoption = adoptions.byObject().get(object);
    Optional<Manifest> wanted = context.release().find(object);
    if (adoption == null || wanted.isEmpty()) {
      return false;
    }
    return new Rewriting(context.cluster())
        .write(
            object,
            (cluster, live) -> {
              Optional<Manifest> body = adoption.replacement(live, wanted.get(), adoptions.kept());
              body.ifPresent(replacement -> cluster.replace(replacement, Rewriting.PERSIST));
              return body.isPresent();
            });
  }
}
