package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.stage.StageContext;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets the API server convert custom resources by itself, by changing the version's name only, in
 * place of a manager that is not there: without that, whatever is stored in another version than it
 * is asked for could be neither read nor deleted, and no namespace that holds it either.
 */
final class Conversions {
  private Conversions() {}

  /** Carries out the planned changes of definitions. */
  static void write(StageContext context) {
    List<PlannedChange> planned =
        context.planned().stream()
            .filter(change -> change.action() == ChangeAction.CHANGE)
            .toList();
    context
        .environment()
        .workers()
        .map(
            planned,
            change -> {
              if (patched(context, change)) {
                context.wrote(change);
              }
              return change;
            });
  }

  private static boolean patched(StageContext context, PlannedChange change) {
    Map<String, @Nullable Object> conversion = new LinkedHashMap<>();
    conversion.put("strategy", "None");
    conversion.put("webhook", null);
    try {
      context
          .cluster()
          .mergePatch(
              change.object(), Map.of("spec", Map.of("conversion", conversion)), Write.PERSIST);
      return true;
    } catch (ClusterException e) {
      if (e.isNotFound()) {
        return false;
      }
      throw e;
    }
  }
}
