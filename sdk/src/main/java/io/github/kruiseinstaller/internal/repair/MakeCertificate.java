package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import java.util.List;
import java.util.Optional;

/**
 * The manager makes its certificate anew, which it does when it starts and finds none that it can
 * use. Certificates that come from elsewhere are not the manager's to make.
 */
final class MakeCertificate implements Mend {
  @Override
  public Optional<List<Mending>> of(Diagnosis diagnosis, Incident incident) {
    return incident
        .live()
        .manager()
        .filter(manager -> !new ManagerWorkload(manager).hasExternalCertificates())
        .map(manager -> RestartManager.ofThoseThatRun(incident));
  }
}
