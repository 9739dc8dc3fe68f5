package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.planner.ClusterFacts;
import io.github.kruiseinstaller.internal.planner.PermissionCheck;
import io.github.kruiseinstaller.internal.planner.Planner;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ExistingInstallation;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.release.Release;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of the install verb: load, plan, then the plan's stages. Used by one thread. */
final class InstallRun {
  private final Session session;
  private final Ledger ledger;
  private final StageRunner stages;
  private @Nullable ClusterFacts facts;

  InstallRun(Session session, Ledger ledger) {
    this.session = session;
    this.ledger = ledger;
    this.stages = new StageRunner(session, ledger);
  }

  /** Loads the release and plans. */
  PreparedPlan prepare() {
    return plan(loaded());
  }

  /**
   * Loads the release and plans, and has the lock afterwards if there is anything to write.
   *
   * @param requirement what must hold of the plan; throws when it does not
   */
  PreparedPlan prepareLocked(Consumer<InstallPlan> requirement) {
    Release release = loaded();
    Locking locking = Locking.lookedAt(session, release.namespace());
    return locking.take(
        plan(release),
        prepared -> prepared,
        () -> {
          facts = ClusterFacts.ask(session.cluster(), session.workers());
          return plan(release);
        },
        requirement.andThen(InstallRun::requireAllowed));
  }

  private static void requireAllowed(InstallPlan plan) {
    ExistingInstallation there = plan.existingInstallation();
    Failure refusal = there == null ? null : there.refusal();
    if (refusal != null) {
      throw new InstallException(refusal);
    }
  }

  private Release loaded() {
    Release release = stages.reading(Stage.LOAD, "the release is read and validated", this::load);
    ledger.release(release.version(), release.namespace());
    return release;
  }

  private PreparedPlan plan(Release release) {
    return stages.reading(
        Stage.PLAN,
        "the live state is read and the changes are worked out",
        () -> {
          Cluster cluster = session.cluster();
          ClusterFacts known = Objects.requireNonNull(facts, "the release was loaded first");
          Planner planner =
              new Planner(cluster, session.workers(), known)
                  .recording(session.settings().prune())
                  .takingOver(session.settings().takeOver());
          return new PermissionCheck(cluster, session.workers())
              .explaining(release, known, () -> planner.plan(release));
        });
  }

  /** Carries out the plan, stage by stage; disarms when a stage after arming fails. */
  void carryOut(PreparedPlan prepared) {
    stages.carryOut(prepared);
  }

  private Release load() {
    Cluster cluster = session.cluster();
    ledger.server(cluster.server());
    ClusterFacts asked = ClusterFacts.ask(cluster, session.workers());
    facts = asked;
    return ReleaseLoading.load(session, asked.kubernetesVersion())
        .orElseThrow(() -> new IllegalStateException("no release to install"));
  }
}
