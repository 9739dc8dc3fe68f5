package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster.Propagation;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.internal.wait.Deleted;
import io.github.kruiseinstaller.internal.wait.WaitTimeoutException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Carries out planned deletions, each of the very object that was planned: what has taken its name
 * since stays.
 */
final class Deletions {
  private static final Deleted GONE = new Deleted();

  private final Map<ObjectRef, String> uids;
  private final Propagation propagation;

  /** Deletions in the background. */
  Deletions(Map<ObjectRef, String> uids) {
    this(uids, Propagation.BACKGROUND);
  }

  private Deletions(Map<ObjectRef, String> uids, Propagation propagation) {
    this.uids = Map.copyOf(uids);
    this.propagation = propagation;
  }

  /** The same, with what the objects own going first. */
  Deletions inForeground() {
    return new Deletions(uids, Propagation.FOREGROUND);
  }

  /** Deletes in parallel what a stage plans to delete and that matches. */
  void delete(StageContext context, Predicate<ObjectRef> which) {
    deleteAll(
        context,
        context.planned().stream()
            .filter(change -> change.action() == ChangeAction.DELETE)
            .filter(change -> which.test(change.object()))
            .toList());
  }

  private void deleteAll(StageContext context, List<PlannedChange> changes) {
    context
        .environment()
        .workers()
        .map(
            changes,
            change -> {
              if (delete(context, change.object(), uids.get(change.object()))) {
                context.wrote(change);
              }
              return change;
            });
  }

  /** Deletes objects in parallel that nobody has planned to. */
  void deleteObjects(StageContext context, List<Manifest> objects) {
    context
        .environment()
        .workers()
        .map(
            objects,
            object -> {
              if (delete(context, object.ref(), object.uid())) {
                context.wrote(PlannedChange.of(object.ref(), ChangeAction.DELETE));
              }
              return object;
            });
  }

  private boolean delete(StageContext context, ObjectRef ref, @Nullable String uid) {
    try {
      return context.cluster().delete(ref, uid, propagation);
    } catch (ClusterException e) {
      if (!e.answer().message().contains(Protection.LABEL)) {
        throw e;
      }
      throw new InstallException(
          Failure.of(
                  FailureCode.DELETION_PROTECTED,
                  ref + " is protected from deletion",
                  "Ask who protected it. To allow it: "
                      + Protection.command(ref)
                      + ". Then run"
                      + " again.")
              .about(ref)
              .seen(List.of(e.answer().message())),
          e);
    }
  }

  /**
   * Waits until objects are gone, with an explanation when they do not go.
   *
   * @param query all objects of their kind
   */
  static void awaitGone(StageContext context, Query query, Collection<ObjectRef> refs) {
    if (refs.isEmpty()) {
      return;
    }
    try {
      context.awaiting(
          () -> context.environment().waiter().await(query, refs, GONE, context::waiting));
    } catch (WaitTimeoutException e) {
      throw StuckDeletion.explained(context.cluster(), e);
    }
  }

  /** Waits until objects of whatever kinds are gone. */
  static void awaitGone(StageContext context, Collection<ObjectRef> refs) {
    Map<Query, List<ObjectRef>> kinds = new LinkedHashMap<>();
    for (ObjectRef ref : refs) {
      kinds
          .computeIfAbsent(
              Query.all(ref.apiVersion(), ref.kind(), null), unused -> new ArrayList<>())
          .add(ref);
    }
    kinds.forEach((query, some) -> awaitGone(context, query, some));
  }
}
