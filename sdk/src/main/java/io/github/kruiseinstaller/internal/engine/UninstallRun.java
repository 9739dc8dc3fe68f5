package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.uninstall.PreparedUninstall;
import io.github.kruiseinstaller.internal.uninstall.Survey;
import io.github.kruiseinstaller.internal.uninstall.Uninstalls;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.report.InstallReport;
import io.github.kruiseinstaller.uninstall.CustomResourceCount;
import io.github.kruiseinstaller.uninstall.KeptObject;
import io.github.kruiseinstaller.uninstall.UninstallOptions;
import io.github.kruiseinstaller.uninstall.UninstallReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One run of the uninstall verb: find out, plan, then the plan's stages. Used by one thread. */
final class UninstallRun {
  private static final String USUAL_NAMESPACE = "kruise-system";

  private final Session session;
  private final Ledger ledger;
  private final UninstallOptions options;
  private final StageRunner stages;
  private List<CustomResourceCount> found = List.of();
  private List<KeptObject> kept = List.of();

  UninstallRun(Session session, Ledger ledger, UninstallOptions options) {
    this.session = session;
    this.ledger = ledger;
    this.options = options;
    this.stages = new StageRunner(session, ledger);
  }

  /** Finds out what there is, and plans how it goes. */
  PreparedUninstall prepare() {
    return stages.reading(
        Stage.SURVEY,
        "what belongs to the installation is found, and what stands in the way",
        this::plan);
  }

  /**
   * The same, and has the lock afterwards if there is anything to write.
   *
   * @param requirement what must hold of the plan; throws when it does not
   */
  PreparedUninstall prepareLocked(Consumer<InstallPlan> requirement) {
    String asked = session.settings().namespace();
    String likely = asked == null ? USUAL_NAMESPACE : asked;
    Locking early = Locking.lookedAt(session, likely);
    PreparedUninstall first = prepare();
    String namespace = first.prepared().release().namespace();
    Locking locking = namespace.equals(likely) ? early : Locking.afterPlanning(session, namespace);
    return locking.take(first, PreparedUninstall::prepared, this::prepare, requirement);
  }

  /** Carries out the plan. The lock goes too, before the namespace that it is in can go. */
  void carryOut(PreparedUninstall uninstall) {
    stages.carryOut(
        uninstall.prepared(),
        stage -> {
          if (stage == Stage.REMOVE_NAMESPACES) {
            session.removeLock();
          }
          return uninstall.step(stage);
        });
    session.removeLock();
  }

  /** The report of a run that has ended. */
  UninstallReport report(InstallReport run) {
    return new UninstallReport(options, run, found, kept);
  }

  private PreparedUninstall plan() {
    Cluster cluster = session.cluster();
    ledger.server(cluster.server());
    List<String> notes = new ArrayList<>();
    Optional<Release> release = load(cluster, notes);
    Uninstalls uninstalls = new Uninstalls(cluster, session.workers(), options);
    Survey survey = uninstalls.survey(session.settings().namespace(), release.orElse(null));
    LiveInstallation live = survey.live();
    ledger.release(live.version(), live.location().namespace());
    found = survey.counts();
    kept = survey.foreign();
    PreparedUninstall prepared = uninstalls.plan(survey, release, notes);
    kept = prepared.plan().kept();
    return prepared;
  }

  private Optional<Release> load(Cluster cluster, List<String> notes) {
    try {
      return ReleaseLoading.load(session, cluster.kubernetesVersion());
    } catch (InstallException e) {
      notes.add(
          "the release cannot be had ("
              + e.failure().message()
              + "); what goes is what every chart is known to bring");
      return Optional.empty();
    }
  }
}
