package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.check.Checks;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.health.HealthExamination;
import io.github.kruiseinstaller.internal.health.Outcome;
import io.github.kruiseinstaller.internal.planner.Planner;
import io.github.kruiseinstaller.internal.preflight.Preflight;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.permission.ClusterRoles;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.report.HealthReport;
import io.github.kruiseinstaller.report.PreflightReport;
import java.time.Duration;
import java.util.Optional;

/** One run of a verb that only looks. Used by one thread. */
final class LookingRun {
  /** What does not answer in this time counts as not seen. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Whoever looks wants to know what is broken, not to wait until it is mended. */
  private static final int TRIES = 3;

  private final Session session;
  private final Cluster cluster;
  private final long startNanos;

  LookingRun(Session session) {
    this.session = session;
    this.startNanos = session.time().nanos();
    this.cluster = session.cluster().trying(TRIES);
  }

  PreflightReport preflight() {
    String version = cluster.kubernetesVersion();
    Release release =
        ReleaseLoading.load(session, version)
            .orElseThrow(() -> new IllegalStateException("no release to install"));
    RunControl control = bounds();
    Cluster bounded = bounded(control);
    Settings settings = session.settings();
    Checks checks =
        new Preflight(
                bounded,
                control,
                session.workers(),
                each ->
                    new Planner(bounded, session.workers())
                        .recording(settings.prune())
                        .takingOver(settings.takeOver())
                        .plan(each),
                failure -> Failures.of(failure, Stage.PLAN))
            .run(release, version);
    return new PreflightReport(
        release.version(), release.namespace(), cluster.server(), version, took(), checks);
  }

  HealthReport verify() {
    String version = cluster.kubernetesVersion();
    Optional<Release> release = ReleaseLoading.load(session, version);
    String namespace = release.map(Release::namespace).orElse(session.settings().namespace());
    RunControl control = bounds();
    Outcome outcome =
        new HealthExamination(bounded(control), control, session.workers()).run(namespace, release);
    return new HealthReport(
        outcome.health(),
        outcome.reasons(),
        outcome.version(),
        outcome.namespace(),
        cluster.server(),
        version,
        took(),
        outcome.checks());
  }

  Manifest requiredRole() {
    return ReleaseLoading.load(session, cluster.kubernetesVersion())
        .map(
            release ->
                ClusterRoles.installing(
                    release, session.settings().takeOver(), session.settings().prune()))
        .orElseGet(ClusterRoles::repairing);
  }

  private RunControl bounds() {
    return session.control().within(session.control().deadline().atMost(LIMIT));
  }

  private Cluster bounded(RunControl control) {
    return cluster.within(control.deadline().remaining());
  }

  private Duration took() {
    return Duration.ofNanos(session.time().nanos() - startNanos);
  }
}
