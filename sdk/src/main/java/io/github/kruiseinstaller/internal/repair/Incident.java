package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import java.time.Instant;

/**
 * What a repair has to do with.
 *
 * @param seen what was found out
 * @param lists the webhook lists that are to be armed in the end
 * @param restore what the release has to offer
 * @param now the time of the run
 */
record Incident(Repairs.Sighting seen, RealLists lists, Restoration restore, Instant now) {
  /** What is in the cluster. */
  LiveInstallation live() {
    return seen.live();
  }

  /** What is the matter with it. */
  DiagnosisReport report() {
    return seen.report();
  }
}
