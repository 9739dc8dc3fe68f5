package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import java.util.List;
import java.util.Optional;

/** How one kind of cause is mended. Stateless. */
@FunctionalInterface
interface Mend {
  /**
   * What to do about a cause.
   *
   * @return the changes, none when arming alone mends it; empty when this cannot mend it here
   */
  Optional<List<Mending>> of(Diagnosis diagnosis, Incident incident);
}
