package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Objects that are missing, or that are not as they should be, are made as the release has them.
 */
final class RestoreObjects implements Mend {
  private static final Set<String> ACCESS =
      Set.of("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "ServiceAccount");

  private final Predicate<PlannedChange> which;
  private final boolean readAtStart;

  private RestoreObjects(Predicate<PlannedChange> which, boolean readAtStart) {
    this.which = which;
    this.readAtStart = readAtStart;
  }

  /** All of the release that is missing or differs. */
  static RestoreObjects everything() {
    return new RestoreObjects(change -> true, false);
  }

  /** The custom resource definitions; the manager looks for them when it starts. */
  static RestoreObjects definitions() {
    return new RestoreObjects(kind("CustomResourceDefinition"), true);
  }

  /** The manager's Deployment. */
  static RestoreObjects manager() {
    return new RestoreObjects(kind("Deployment"), false);
  }

  /** The daemon's DaemonSet. */
  static RestoreObjects daemon() {
    return new RestoreObjects(kind("DaemonSet"), false);
  }

  /** Who the manager is, and what it may do. */
  static RestoreObjects access() {
    return new RestoreObjects(change -> ACCESS.contains(change.object().kind()), true);
  }

  @Override
  public Optional<List<Mending>> of(Diagnosis diagnosis, Incident incident) {
    List<Mending> mendings = new ArrayList<>(incident.restore().of(which));
    if (mendings.isEmpty()) {
      return Optional.empty();
    }
    if (readAtStart) {
      mendings.addAll(RestartManager.ofThoseThatRun(incident));
    }
    return Optional.of(mendings);
  }

  private static Predicate<PlannedChange> kind(String kind) {
    return change -> change.object().kind().equals(kind);
  }
}
