package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Query;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.cluster.DeadlineException;
import io.github.kruiseinstaller.internal.wait.PodReasons;
import io.github.kruiseinstaller.internal.wait.PodTrouble;
import io.github.kruiseinstaller.internal.wait.WaitTimeoutException;
import io.github.kruiseinstaller.internal.wait.Waiter;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Explains why the manager is not Ready, while it is awaited and when the wait has failed. */
final class ManagerTrouble {
  /** Looking costs a few requests: no more often than this. */
  private static final Duration PERIOD = Duration.ofSeconds(2);

  /** What a manager comes to that has got as far as its certificate. */
  private static final Set<FailureCode> STARTED =
      Set.of(FailureCode.MANAGER_NOT_READY, FailureCode.CONTAINER_CRASHING);

  private final StageContext context;
  private final ObjectRef manager;
  private long lastLook;
  private String lastReason = "";

  private ManagerTrouble(StageContext context) {
    this.context = context;
    this.manager = context.release().managerDeployment().ref();
    this.lastLook = context.environment().control().time().nanos();
  }

  /**
   * Waits until the manager's Deployment is in a state.
   *
   * @throws InstallException when the deadline passes first, with the reason
   */
  static void await(StageContext context, Waiter.Condition condition) {
    await(context, context.release().managerDeployment().ref(), condition);
  }

  /**
   * Waits until the manager's Deployment, or what belongs to it, is in a state.
   *
   * @throws InstallException when the deadline passes first, with the reason
   */
  static void await(StageContext context, ObjectRef awaited, Waiter.Condition condition) {
    ManagerTrouble trouble = new ManagerTrouble(context);
    try {
      context.awaiting(
          () ->
              context
                  .environment()
                  .waiter()
                  .await(
                      Query.one(awaited),
                      List.of(awaited),
                      trouble.explaining(condition),
                      context::waiting));
    } catch (WaitTimeoutException e) {
      throw trouble.failure(e);
    }
  }

  /** The condition, its pending states completed by the most telling reason. */
  private Waiter.Condition explaining(Waiter.Condition condition) {
    return live -> {
      Waiter.State state = condition.of(live);
      if (state.done() || live == null) {
        return state;
      }
      String reason = reason();
      return reason.isEmpty() ? state : Waiter.State.pending(state.text() + "; " + reason);
    };
  }

  /** The failure for a wait that has run out of time. */
  private InstallException failure(WaitTimeoutException timeout) {
    Failure failure =
        notReady(FailureCode.MANAGER_NOT_READY, manager, timeout.state(), List.of(timeout.state()));
    try {
      Cluster cluster = context.environment().cleanup().get();
      failure =
          cluster
              .get(manager)
              .flatMap(live -> troubles(cluster, live).stream().findFirst())
              .map(
                  worst ->
                      notReady(worst.code(), worst.object(), worst.summary(), worst.evidence()))
              .orElse(failure);
      if (STARTED.contains(failure.code())) {
        List<String> evidence = failure.evidence();
        failure =
            ManagerCertificate.externalFlaw(context, cluster)
                .map(flaw -> caused(flaw, evidence))
                .orElse(failure);
      }
    } catch (ClusterException | DeadlineException e) {
      context.note("could not look for the reason: " + e.getMessage());
    }
    return new InstallException(failure, timeout);
  }

  private Failure notReady(FailureCode code, ObjectRef object, String why, List<String> evidence) {
    String limit = Seconds.of(context.environment().control().deadline().timeout());
    return new Failure(
        code,
        context.stage(),
        object,
        "the manager did not become Ready within " + limit + ": " + why,
        evidence,
        Remedies.of(code));
  }

  private Failure caused(Failure flaw, List<String> evidence) {
    List<String> both = new ArrayList<>(flaw.evidence());
    both.addAll(evidence);
    return flaw.in(context.stage()).seen(both);
  }

  private String reason() {
    long now = context.environment().control().time().nanos();
    if (now - lastLook >= PERIOD.toNanos()) {
      lastLook = now;
      lastReason =
          context
              .cluster()
              .get(manager)
              .flatMap(live -> troubles(context.cluster(), live).stream().findFirst())
              .map(PodTrouble::summary)
              .orElse("");
    }
    return lastReason;
  }

  private static List<PodTrouble> troubles(Cluster cluster, Manifest live) {
    return new PodReasons(cluster).of(live);
  }
}
