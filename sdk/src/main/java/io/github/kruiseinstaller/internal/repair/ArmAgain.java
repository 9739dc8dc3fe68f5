package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import java.util.List;
import java.util.Optional;

/**
 * The configurations are written anew with their real lists, the CA of the manager's certificate
 * and an empty {@code template}. That alone mends what is wrong with a configuration.
 */
final class ArmAgain implements Mend {
  @Override
  public Optional<List<Mending>> of(Diagnosis diagnosis, Incident incident) {
    boolean possible = incident.lists().complete() && incident.live().manager().isPresent();
    return possible ? Optional.of(List.of()) : Optional.empty();
  }

  /** The same with the lists of the release, for lists that the manager does not serve. */
  static Optional<List<Mending>> fromRelease(Diagnosis diagnosis, Incident incident) {
    return incident.restore().release().map(release -> List.of());
  }
}
