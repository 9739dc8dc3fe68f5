package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Works out what a server-side apply of one object would change, by a dry run. The API server's own
 * answer is compared with the live object, so that defaults and normalised values are no drift.
 */
final class ObjectPlanner {
  /** The API server words each conflict as: conflict with "helm" using apps/v1. */
  private static final Pattern CONFLICTING_MANAGER = Pattern.compile("conflict with \"([^\"]+)\"");

  private final Cluster cluster;
  private final AlreadyApplied alreadyApplied = new AlreadyApplied(Cluster.FIELD_MANAGER);

  ObjectPlanner(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The change for an object, given what lives in the cluster. */
  PlannedChange plan(Manifest wanted, @Nullable Manifest live, boolean namespaceExists) {
    if (isFilledInByTheManager(wanted)) {
      return PlannedChange.of(
          wanted.ref(), live == null ? ChangeAction.CREATE : ChangeAction.UNCHANGED);
    }
    if (live == null && !namespaceExists) {
      // A dry run needs the namespace, which this very plan creates.
      return PlannedChange.of(wanted.ref(), ChangeAction.CREATE);
    }
    if (live != null && alreadyApplied.isCertain(wanted, live)) {
      return PlannedChange.of(wanted.ref(), ChangeAction.UNCHANGED);
    }
    if (live == null && wanted.isKind("CustomResourceDefinition") && canBeCreated(wanted)) {
      return PlannedChange.of(wanted.ref(), ChangeAction.CREATE);
    }
    List<String> losers = List.of();
    Manifest result;
    try {
      result = cluster.apply(wanted, Write.DRY_RUN);
    } catch (ClusterException e) {
      if (!e.isFieldManagerConflict()) {
        throw e;
      }
      losers = conflictingManagers(e);
      result = cluster.apply(wanted, Write.DRY_RUN_TAKE_OVER);
    }
    if (live == null) {
      return PlannedChange.of(wanted.ref(), ChangeAction.CREATE);
    }
    List<FieldDiff> fields = FieldDiffs.between(live, result);
    if (fields.isEmpty()) {
      return PlannedChange.of(wanted.ref(), ChangeAction.UNCHANGED);
    }
    ChangeAction action = losers.isEmpty() ? ChangeAction.CHANGE : ChangeAction.TAKE_OVER;
    return new PlannedChange(wanted.ref(), action, fields, losers);
  }

  /**
   * Whether a definition that is absent would be accepted. A create is checked as an apply is, at
   * half the cost, which counts with the size of definitions.
   *
   * @return false when it has come into being meanwhile
   */
  private boolean canBeCreated(Manifest definition) {
    try {
      cluster.create(definition, Write.DRY_RUN);
      return true;
    } catch (ClusterException e) {
      if (!e.isAlreadyExists()) {
        throw e;
      }
      return false;
    }
  }

  /**
   * The certificate Secret is created empty and then belongs to the manager: writing it again could
   * force a new CA.
   */
  private static boolean isFilledInByTheManager(Manifest wanted) {
    return wanted.isKind("Secret")
        && wanted.map("data").isEmpty()
        && wanted.map("stringData").isEmpty();
  }

  private static List<String> conflictingManagers(ClusterException conflict) {
    return Stream.concat(
            Stream.of(conflict.answer().message()),
            conflict.answer().causes().stream().map(ClusterException.Cause::message))
        .flatMap(text -> CONFLICTING_MANAGER.matcher(text).results())
        .map(match -> match.group(1))
        .distinct()
        .sorted()
        .toList();
  }
}
