package io.github.kruiseinstaller.examples.deploy;

import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.report.Health;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.report.InstallReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one cluster stands: a row of a table for people, a line of JSON for programs.
 *
 * @param cluster which
 * @param state in one word
 * @param health how the installation works, as of the last look; null when none succeeded
 * @param plan what is, or was, to be done; null when there is none
 * @param because what stands in the way, or why it failed; empty when all is fine
 * @param report what was done; null when nothing was begun
 * @param diagnosis what is the matter; null when that was not looked for
 */
record Standing(
    Cluster cluster,
    State state,
    @Nullable HealthReport health,
    @Nullable InstallPlan plan,
    List<Reason> because,
    @Nullable InstallReport report,
    @Nullable DiagnosisReport diagnosis) {
  private static final Set<ChangeAction> DELETIONS =
      Set.of(ChangeAction.DELETE, ChangeAction.PRUNE);

  /** How a cluster stands, in one word. */
  enum State {
    /** There is something to write, and nothing in the way of it. */
    PLANNED,
    /** It has the release and works: there is nothing to write. */
    UNCHANGED,
    /** Something stands in the way. */
    BLOCKED,
    /** Its plan was not carried out. */
    NOT_BEGUN,
    /** Its plan was carried out, and it works. */
    DONE,
    /** Its plan could not be carried out to its end, or it does not work then. */
    FAILED,
    /** OpenKruise works. */
    WORKING,
    /** OpenKruise does not work, is not there, or could not be seen. */
    NOT_WORKING;

    private static final Set<State> BAD = Set.of(BLOCKED, NOT_BEGUN, FAILED, NOT_WORKING);

    boolean isFine() {
      return !BAD.contains(this);
    }

    /** As it is printed, such as {@code not-begun}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Copies the reasons. */
  Standing {
    because = List.copyOf(because);
  }

  /** A cluster that was only looked at. */
  static Standing seen(
      Cluster cluster, State state, @Nullable HealthReport health, List<Reason> because) {
    return new Standing(cluster, state, health, null, because, null, null);
  }

  /** The same cluster, where its plan is not carried out after all. */
  Standing notBegun() {
    State now = state == State.PLANNED ? State.NOT_BEGUN : state;
    return new Standing(cluster, now, health, plan, because, report, diagnosis);
  }

  String name() {
    return cluster.name();
  }

  /** Whether something is to be done. */
  boolean isDue() {
    return state == State.PLANNED;
  }

  /** The row's cells by the titles of their columns. */
  Map<String, String> cells() {
    Map<String, String> cells = new LinkedHashMap<>();
    cells.put("cluster", name());
    cells.put("state", state.toString());
    cells.put("installed", health == null ? "" : installed(health));
    cells.put("release", plan == null ? "" : plan.version());
    cells.put("objects", plan == null ? "" : objects(plan, object -> true));
    cells.put("definitions", plan == null ? "" : objects(plan, Standing::isDefinition));
    cells.put("intercepts", plan == null ? "" : blastRadius(plan));
    cells.put("writes", report == null ? "" : String.valueOf(report.writes()));
    cells.put("because", because.stream().map(Reason::code).collect(Collectors.joining(", ")));
    return cells;
  }

  /** What a person should know beyond that: what is wrong, what goes, what the plan warns of. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    because.forEach(reason -> remarks.add(reason.toString()));
    if (plan != null && state == State.PLANNED) {
      changes(plan)
          .filter(change -> DELETIONS.contains(change.action()))
          .forEach(change -> remarks.add("deletes " + change.object()));
      plan.warnings().forEach(warning -> remarks.add("warning: " + warning));
    }
    return remarks;
  }

  Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("cluster", name());
    map.put("state", state.toString());
    map.put("health", health == null ? null : health.toMap());
    map.put("plan", plan == null ? null : plan.toMap());
    map.put("because", because);
    map.put("report", report == null ? null : report.toMap());
    map.put("diagnosis", diagnosis == null ? null : diagnosis.toMap());
    return map;
  }

  private static String installed(HealthReport health) {
    return health.health() == Health.NOT_INSTALLED
        ? "none"
        : health.version() + " " + health.health().id();
  }

  /** An object counts once, although a configuration is parked, armed and enforced. */
  private static String objects(InstallPlan plan, Predicate<ObjectRef> which) {
    long written =
        changes(plan)
            .filter(change -> change.action().writes())
            .map(PlannedChange::object)
            .filter(which)
            .distinct()
            .count();
    return String.valueOf(written);
  }

  private static Stream<PlannedChange> changes(InstallPlan plan) {
    return plan.stages().stream().flatMap(stage -> stage.changes().stream());
  }

  private static boolean isDefinition(ObjectRef object) {
    return object.kind().equals("CustomResourceDefinition");
  }

  /** Webhooks on Pods are those that could hurt who has nothing to do with OpenKruise. */
  private static String blastRadius(InstallPlan plan) {
    Set<String> namespaces =
        plan.blastRadius().stream()
            .filter(webhook -> webhook.resources().stream().anyMatch(Standing::isOfPods))
            .flatMap(webhook -> webhook.namespaces().stream())
            .collect(Collectors.toSet());
    return plan.blastRadius().size() + " webhooks, Pods in " + namespaces.size() + " namespaces";
  }

  private static boolean isOfPods(String resource) {
    return resource.startsWith("*") || resource.equals("pods") || resource.startsWith("pods/");
  }
}
