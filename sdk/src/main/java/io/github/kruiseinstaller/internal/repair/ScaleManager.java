package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The manager gets the replicas back that it had. */
final class ScaleManager implements Mend {
  @Override
  public Optional<List<Mending>> of(Diagnosis diagnosis, Incident incident) {
    return incident.live().manager().map(manager -> List.of(scale(manager, incident)));
  }

  private static Mending scale(Manifest manager, Incident incident) {
    long replicas =
        new ManagerWorkload(manager)
            .replicasBefore(incident.live(), incident.restore().manifest(manager.ref()));
    return Mending.patch(
        Stage.MANAGER,
        manager.ref(),
        Map.of("spec", Map.of("replicas", replicas)),
        List.of(Mending.field("spec.replicas", manager.at("spec", "replicas"), replicas)));
  }
}
