package io.github.kruiseinstaller.plan;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.model.TakeOver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A plan for people. */
final class PlanText {
  private static final int LONGEST_VALUE = 72;
  private static final int MOST_FIELDS = 12;
  private static final int WIDEST_STAGE = 9;

  private final InstallPlan plan;
  private final List<String> lines = new ArrayList<>();

  PlanText(InstallPlan plan) {
    this.plan = plan;
  }

  static String summary(InstallPlan plan) {
    return "OpenKruise "
        + plan.version()
        + (removes(plan) ? " out of " : " into ")
        + plan.namespace()
        + ": "
        + (plan.isNoOp() ? "nothing to write" : counts(plan))
        + " (plan "
        + PlainText.shortDigest(plan.fingerprint())
        + ")";
  }

  private static boolean removes(InstallPlan plan) {
    return plan.stages().stream().anyMatch(stage -> stage.stage().isOfUninstall());
  }

  String render() {
    header();
    plan.stages().forEach(this::stage);
    legend();
    if (!removes(plan)) {
      BlastRadiusText.of(plan.blastRadius()).lines().forEach(lines::add);
    }
    warnings();
    refusal();
    return String.join("\n", lines) + "\n";
  }

  private void header() {
    lines.add(
        "OpenKruise "
            + plan.version()
            + (removes(plan) ? " out of namespace " : " into namespace ")
            + plan.namespace());
    lines.add("  cluster  " + plan.server() + ", Kubernetes " + plan.kubernetesVersion());
    if (!plan.releaseDigest().isEmpty()) {
      lines.add("  release  " + PlainText.shortDigest(plan.releaseDigest()));
    }
    lines.add("  plan     " + PlainText.shortDigest(plan.fingerprint()));
    existing();
    lines.add("  writes   " + (plan.isNoOp() ? "none: everything is as wanted" : counts(plan)));
    lines.add("");
  }

  private void existing() {
    ExistingInstallation there = plan.existingInstallation();
    if (there == null) {
      return;
    }
    TakeOver takeOver = there.takeOver();
    lines.add("  made by  " + PlainText.oneLine(there.owner()));
    lines.add(
        "  install  "
            + (there.refusal() != null
                ? "REFUSED, see below; this is what it would do if it were allowed"
                : "takes it over" + (takeOver == null ? "" : ", " + takeOver.id())));
  }

  private void refusal() {
    ExistingInstallation there = plan.existingInstallation();
    Failure refusal = there == null ? null : there.refusal();
    if (refusal != null) {
      lines.add("");
      lines.add("Refused");
      lines.add("  ! " + PlainText.oneLine(refusal.message()));
      lines.add("    " + PlainText.oneLine(refusal.remedy()));
    }
  }

  private void stage(PlannedStage stage) {
    String id = stage.stage().id();
    lines.add(id + " ".repeat(Math.max(1, WIDEST_STAGE + 2 - id.length())) + stage.why());
    for (PlannedChange change : stage.changes()) {
      if (change.action() != ChangeAction.UNCHANGED) {
        change(change);
      }
    }
    long unchanged =
        stage.changes().stream()
            .filter(change -> change.action() == ChangeAction.UNCHANGED)
            .count();
    if (unchanged > 0) {
      lines.add("  = " + unchanged + " unchanged");
    }
  }

  private void change(PlannedChange change) {
    String from =
        change.takenFrom().isEmpty()
            ? ""
            : "  (from " + String.join(", ", change.takenFrom()) + ")";
    lines.add("  " + symbol(change.action()) + " " + change.object() + from);
    change.fields().stream().limit(MOST_FIELDS).forEach(field -> lines.add("      " + line(field)));
    int more = change.fields().size() - MOST_FIELDS;
    if (more > 0) {
      lines.add("      and " + PlainText.count(more, "more field"));
    }
    if (change.note() != null) {
      lines.add("      " + PlainText.oneLine(change.note()));
    }
  }

  private static String line(FieldDiff field) {
    return field.path() + ": " + value(field.live()) + " -> " + value(field.wanted());
  }

  private static String value(@Nullable String json) {
    return json == null ? "(absent)" : PlainText.atMost(LONGEST_VALUE, json);
  }

  private void legend() {
    String used =
        actions(plan).keySet().stream()
            .map(action -> symbol(action) + " " + name(action))
            .collect(Collectors.joining("   "));
    if (!used.isEmpty()) {
      lines.add("");
      lines.add("  " + used);
    }
  }

  private void warnings() {
    if (!plan.warnings().isEmpty()) {
      lines.add("");
      lines.add("Warnings");
      plan.warnings().forEach(warning -> lines.add("  ! " + PlainText.oneLine(warning)));
    }
  }

  private static String counts(InstallPlan plan) {
    return actions(plan).entrySet().stream()
        .map(entry -> entry.getValue() + " " + name(entry.getKey()))
        .collect(Collectors.joining(", "));
  }

  private static Map<ChangeAction, Long> actions(InstallPlan plan) {
    Map<ChangeAction, Long> counts = new LinkedHashMap<>();
    for (ChangeAction action : ChangeAction.values()) {
      long count = changes(plan).filter(change -> change.action() == action).count();
      if (count > 0) {
        counts.put(action, count);
      }
    }
    return counts;
  }

  private static Stream<PlannedChange> changes(InstallPlan plan) {
    return plan.stages().stream().flatMap(stage -> stage.changes().stream());
  }

  private static String name(ChangeAction action) {
    return action.id().replace('-', ' ');
  }

  private static char symbol(ChangeAction action) {
    return switch (action) {
      case CREATE -> '+';
      case CHANGE -> '~';
      case TAKE_OVER -> '>';
      case ADOPT -> '@';
      case UNCHANGED -> '=';
      case RETRY -> '^';
      case PARK -> 'o';
      case DISARM -> 'x';
      case ARM, ENFORCE -> '*';
      case DELETE, PRUNE -> '-';
      case KEEP -> '.';
    };
  }
}
