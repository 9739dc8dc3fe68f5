package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.FieldDiff;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    Forced applied = force(wanted);
    return live == null
        ? PlannedChange.of(wanted.ref(), ChangeAction.CREATE)
        : applied.change(live, applied.result(), Set.of());
  }

  /** What applying would make of an object, whoever owns what. */
  Forced force(Manifest wanted) {
    try {
      return new Forced(cluster.apply(wanted, Write.DRY_RUN), List.of());
    } catch (ClusterException e) {
      if (!e.isFieldManagerConflict()) {
        throw e;
      }
      return new Forced(cluster.apply(wanted, Write.DRY_RUN_TAKE_OVER), conflictingManagers(e));
    }
  }

  /**
   * What the API server makes of a changed object: fields that were taken away get their defaults.
   * Whoever has created an object owns those too.
   */
  Manifest defaulted(Manifest live, Manifest changed) {
    Map<String, @Nullable Object> patch = MergePatches.between(live.tree(), changed.tree());
    patch.remove("metadata");
    patch.remove("status");
    if (patch.isEmpty()) {
      return changed;
    }
    try {
      Manifest result = cluster.mergePatch(live.ref(), patch, Write.DRY_RUN);
      return result.edit(tree -> tree.put("metadata", changed.tree().get("metadata")));
    } catch (ClusterException e) {
      if (e.status() != 422) {
        throw e;
      }
      // It takes more away than an apply does: whoever plans with that is on the safe side.
      return changed;
    }
  }

  /**
   * What a dry run has shown.
   *
   * @param result the object as it would be
   * @param losers the field managers whose fields are taken
   */
  record Forced(Manifest result, List<String> losers) {
    /**
     * The change that leads to a result.
     *
     * @param after the result, where more changes than applying does
     * @param noLosers field managers that own nothing any more by then
     */
    PlannedChange change(Manifest live, Manifest after, Set<String> noLosers) {
      List<FieldDiff> fields = FieldDiffs.between(live, after);
      if (fields.isEmpty()) {
        return PlannedChange.of(live.ref(), ChangeAction.UNCHANGED);
      }
      List<String> left = losers.stream().filter(each -> !noLosers.contains(each)).toList();
      ChangeAction action = left.isEmpty() ? ChangeAction.CHANGE : ChangeAction.TAKE_OVER;
      return new PlannedChange(live.ref(), action, fields, left);
    }
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
