package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.retry.Workers;
import io.github.kruiseinstaller.internal.wait.DaemonSetRollout;
import io.github.kruiseinstaller.internal.wait.WaitTimeoutException;
import io.github.kruiseinstaller.internal.wait.Waiter;
import io.github.kruiseinstaller.internal.wait.WatchingWaiter;
import io.github.kruiseinstaller.internal.webhook.Acceptance;
import io.github.kruiseinstaller.internal.webhook.AcceptanceResult;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;

/**
 * The armed webhooks mutate and deny as they should, a plain Pod passes, and the daemon's state is
 * known. The daemon does not gate the webhooks: when it is not well, the installation is degraded.
 */
public final class VerifyStage implements StageStep {
  /** How long the daemon may still need when everything else is done. */
  private static final Duration DAEMON_GRACE = Duration.ofSeconds(15);

  private static final String LEFT =
      "Call repair(): it finds out what is the matter, and disarms what refuses Pods before it"
          + " mends anything. Running the installation again finds the same until the cause is"
          + " gone.";

  @Override
  public Stage stage() {
    return Stage.VERIFY;
  }

  @Override
  public void run(StageContext context) {
    Workers workers = context.environment().workers();
    Optional<ObjectRef> daemon = context.release().daemon().map(Manifest::ref);
    Future<Boolean> daemonIsWell =
        workers.start(() -> daemon.isEmpty() || isWell(context.cluster().get(daemon.get())));
    AcceptanceResult result = check(context);
    context.waited(result.waited());
    result.checks().forEach(context::note);
    result.notes().forEach(context::note);
    if (!workers.join(daemonIsWell)) {
      daemon.ifPresent(ref -> await(context, ref));
    }
  }

  private static AcceptanceResult check(StageContext context) {
    StageContext.Environment environment = context.environment();
    try {
      return new Acceptance(
              context.cluster(), environment.control(), environment.workers(), new SecureRandom())
          .check(context.release().webhookConfigurations(), context.release().namespace());
    } catch (InstallException e) {
      // What an earlier run or somebody else has armed is not switched off for one bad moment.
      throw context.planWrites(Stage.ARM) ? e : new InstallException(left(e.failure()), e);
    }
  }

  private static Failure left(Failure failure) {
    return new Failure(
        failure.code(),
        failure.stage(),
        failure.object(),
        failure.message() + "; this run armed nothing, so the webhooks were left armed as they are",
        failure.evidence(),
        LEFT);
  }

  private static boolean isWell(Optional<Manifest> live) {
    return live.isPresent() && new DaemonSetRollout().of(live.get()).done();
  }

  private static void await(StageContext context, ObjectRef daemon) {
    RunControl control = context.environment().control();
    Duration grace = control.deadline().atMost(DAEMON_GRACE);
    try {
      Waiter waiter = new WatchingWaiter(context.cluster(), control.within(grace));
      context.awaiting(
          () ->
              waiter.await(
                  Query.one(daemon), List.of(daemon), new DaemonSetRollout(), context::waiting));
    } catch (WaitTimeoutException e) {
      context.degrade(
          e.object()
              + ": "
              + e.state()
              + "; webhooks do not depend on it, image pre-download and"
              + " in-place container restarts do");
    }
  }
}
