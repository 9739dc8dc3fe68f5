package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** In what two plans differ, for people. */
final class PlanDifference {
  private PlanDifference() {}

  static List<String> between(InstallPlan expected, InstallPlan now) {
    List<String> lines = new ArrayList<>();
    if (!expected.server().equals(now.server())) {
      lines.add("server: " + expected.server() + ", now " + now.server());
    }
    if (!expected.releaseDigest().equals(now.releaseDigest())) {
      lines.add("the release's content differs");
    }
    Map<String, PlannedChange> before = changes(expected);
    Map<String, PlannedChange> after = changes(now);
    Set<String> keys = new LinkedHashSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (String key : keys) {
      if (!Objects.equals(before.get(key), after.get(key))) {
        lines.add(key + ": " + shown(before.get(key)) + ", now " + shown(after.get(key)));
      }
    }
    return lines;
  }

  private static Map<String, PlannedChange> changes(InstallPlan plan) {
    Map<String, PlannedChange> changes = new LinkedHashMap<>();
    for (PlannedStage stage : plan.stages()) {
      for (PlannedChange change : stage.changes()) {
        ObjectRef object = change.object();
        changes.put(stage.stage().id() + " " + object, change);
      }
    }
    return changes;
  }

  private static String shown(@Nullable PlannedChange change) {
    if (change == null) {
      return "not planned";
    }
    return change.action().id()
        + (change.fields().isEmpty() ? "" : " of " + change.fields().size() + " fields");
  }
}
