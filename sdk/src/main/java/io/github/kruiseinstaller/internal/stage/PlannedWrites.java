package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.planner.RetryNow;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Carries out a stage's planned server-side applies, merge patches and retries, in parallel. */
final class PlannedWrites {
  private final StageContext context;

  PlannedWrites(StageContext context) {
    this.context = context;
  }

  /**
   * Writes what the plan says of the objects that match.
   *
   * @return the objects as the API server has them afterwards
   */
  List<Manifest> write(Predicate<PlannedChange> which) {
    return context.environment().workers().joinAll(start(which));
  }

  /** Starts to write what the plan says of the objects that match. */
  List<Future<Manifest>> start(Predicate<PlannedChange> which) {
    Workers workers = context.environment().workers();
    return context.planned().stream()
        .filter(change -> change.action().writes() && which.test(change))
        .map(change -> workers.start(() -> write(change)))
        .toList();
  }

  private Manifest write(PlannedChange change) {
    Manifest written =
        change.action() == ChangeAction.RETRY ? retryNow(change) : writeAsPlanned(change);
    context.wrote(change);
    return written;
  }

  private Manifest writeAsPlanned(PlannedChange change) {
    PreparedPlan prepared = context.environment().prepared();
    Optional<Map<String, @Nullable Object>> patch = prepared.patch(change.object());
    if (patch.isEmpty()) {
      return apply(change);
    }
    if (prepared.manifests().containsKey(change.object())) {
      apply(change);
    }
    return patch(change, patch.get());
  }

  private Manifest apply(PlannedChange change) {
    Manifest manifest = context.environment().prepared().manifest(change.object());
    try {
      return context
          .cluster()
          .apply(
              manifest,
              change.action() == ChangeAction.TAKE_OVER ? Write.TAKE_OVER : Write.PERSIST);
    } catch (ClusterException e) {
      if (!e.isFieldManagerConflict()) {
        throw e;
      }
      throw new InstallException(
          Failure.of(
                  FailureCode.CONFLICT,
                  change.object() + " has come under another field manager since the plan was made",
                  "Look at what else writes this object, then run again: the new plan shows the"
                      + " take-over.")
              .about(change.object())
              .seen(List.of(e.answer().message())),
          e);
    }
  }

  private Manifest retryNow(PlannedChange change) {
    String now = context.environment().control().time().now().toString();
    return patch(
        change, Map.of("metadata", Map.of("annotations", Map.of(RetryNow.ANNOTATION, now))));
  }

  private Manifest patch(PlannedChange change, Map<String, ?> patch) {
    return context.cluster().mergePatch(change.object(), patch, Write.PERSIST);
  }
}
