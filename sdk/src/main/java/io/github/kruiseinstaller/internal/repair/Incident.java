package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import java.time.Instant;

/**
 * What a repair starts from.
 *
 * @param live what is in the cluster
 * @param report what is the matter with it
 * @param lists the webhook lists that are to be armed in the end
 * @param restore what the release has to offer
 * @param now the time of the run
 */
record Incident(
    LiveInstallation live,
    DiagnosisReport report,
    RealLists lists,
    Restoration restore,
    Instant now) {}
