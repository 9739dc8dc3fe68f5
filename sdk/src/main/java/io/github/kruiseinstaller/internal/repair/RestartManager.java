package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.FieldDiff;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The manager starts anew, as {@code kubectl rollout restart} does it: the same containers, new
 * Pods. What it reads only at its start it reads then, and nobody waits for the back-off of a
 * container that has failed for a while.
 */
final class RestartManager implements Mend {
  /** The annotation that kubectl uses; every tool knows it. */
  private static final String ANNOTATION = "kubectl.kubernetes.io/restartedAt";

  @Override
  public Optional<List<Mending>> of(Diagnosis diagnosis, Incident incident) {
    return incident.live().manager().map(manager -> ofThoseThatRun(incident));
  }

  /**
   * A restart where there is anything to be restarted: what is not there yet starts anew anyway.
   */
  static List<Mending> ofThoseThatRun(Incident incident) {
    return incident.live().managerPods().isEmpty()
        ? List.of()
        : incident.live().manager().stream().map(each -> restart(each, incident)).toList();
  }

  private static Mending restart(Manifest manager, Incident incident) {
    return Mending.patch(
        Stage.MANAGER,
        manager.ref(),
        Map.of(
            "spec",
            Map.of(
                "template",
                Map.of(
                    "metadata",
                    Map.of("annotations", Map.of(ANNOTATION, incident.now().toString()))))),
        List.of(
            new FieldDiff(
                "spec.template.metadata.annotations[\"" + ANNOTATION + "\"]",
                null,
                "\"(time of the run)\"")));
  }
}
