package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.diagnosis.PodAdmission;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.webhook.AdmissionProbe;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what is the matter with an installation. Reads, and asks in dry runs; writes nothing.
 * Takes less than twelve seconds, also when webhooks hang.
 */
public final class Diagnoser {
  private final Cluster cluster;
  private final Workers workers;
  private final RunControl control;
  private final boolean hasRelease;

  /**
   * A diagnoser for one run.
   *
   * @param cluster bound to {@code control}
   * @param hasRelease whether a repair would have a release at hand
   */
  public Diagnoser(Cluster cluster, Workers workers, RunControl control, boolean hasRelease) {
    this.cluster = cluster;
    this.workers = workers;
    this.control = control;
    this.hasRelease = hasRelease;
  }

  /**
   * Diagnoses.
   *
   * @param namespace the manager's namespace, or null to find it
   * @throws io.github.kruiseinstaller.internal.cluster.ClusterException when the API server cannot
   *     be reached, or does not know the caller
   * @throws io.github.kruiseinstaller.internal.cluster.DeadlineException when it does not answer
   */
  public DiagnosisReport diagnose(@Nullable String namespace) {
    return look(namespace).report();
  }

  /**
   * What was seen.
   *
   * @param report what is the matter
   * @param live what the report is about
   * @param silent OpenKruise's webhooks that must answer for a Pod that has got no answer, so that
   *     every other one may be refused; none where that is not so
   */
  public record Looked(DiagnosisReport report, LiveInstallation live, List<String> silent) {
    /** Copies the list. */
    public Looked {
      silent = List.copyOf(silent);
    }
  }

  /** As {@link #diagnose}, for who wants to do something about it. */
  public Looked look(@Nullable String namespace) {
    long start = control.time().nanos();
    Evidence seen = new EvidenceReader(cluster, workers, control).read(namespace);
    DiagnosisReport report =
        new DiagnosisReport(
            seen.live().version(),
            seen.namespace(),
            cluster.server(),
            Duration.ofNanos(control.time().nanos() - start),
            admission(seen.answers().get(0)),
            new Rules(Catalogue.read(Catalogue.Language.EN), hasRelease).causes(seen),
            seen.unseen());
    return new Looked(report, seen.live(), new Silence(seen).refusing());
  }

  private static PodAdmission admission(AdmissionProbe.Answer pod) {
    PodAdmission.Answer answer =
        switch (pod.outcome()) {
          case ACCEPTED -> PodAdmission.Answer.ADMITTED;
          case FAILED, DENIED -> PodAdmission.Answer.REFUSED;
          case FOREIGN_FAILED, REFUSED -> PodAdmission.Answer.REFUSED_BY_OTHERS;
          case FORBIDDEN, IMPOSSIBLE, UNANSWERED -> PodAdmission.Answer.UNKNOWN;
        };
    return new PodAdmission(answer, pod.namespace(), pod.message());
  }
}
