package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.event.InstallEvent;
import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.cluster.Cluster.Write;
import io.github.kruiseinstaller.internal.cluster.ClusterException;
import io.github.kruiseinstaller.internal.live.NamespaceMark;
import io.github.kruiseinstaller.internal.lock.Holder;
import io.github.kruiseinstaller.internal.lock.InstallationLock;
import io.github.kruiseinstaller.internal.lock.InstallationLock.Taken;
import io.github.kruiseinstaller.internal.lock.ProcessTable;
import io.github.kruiseinstaller.internal.lock.Sighting;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.InstallPlan;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * How a run that writes comes by the lock: it looks at it, plans, takes it, and plans anew where
 * another installer may have worked since it looked. Used by one thread.
 */
final class Locking {
  /** What an API server says of an object for a namespace that is being deleted. */
  private static final String TERMINATING = "NamespaceTerminating";

  private final Session session;
  private final InstallationLock lock;
  private final Sighting seen;
  private boolean outdated;

  private Locking(Session session, InstallationLock lock) {
    this.session = session;
    this.lock = lock;
    this.seen = lock.look(session.unguarded());
  }

  /** Looks at the lock. Whatever the plan is made of must be read afterwards. */
  static Locking lookedAt(Session session, String namespace) {
    ProcessTable processes = ProcessTable.ofThisMachine();
    Holder self = Holder.ofThisProcess(session.run().id(), processes);
    return new Locking(session, new InstallationLock(namespace, self, processes, session.time()));
  }

  /** Looks at the lock after the plan was made, which is made anew for that. */
  static Locking afterPlanning(Session session, String namespace) {
    Locking late = lookedAt(session, namespace);
    late.outdated = true;
    return late;
  }

  /** Whether carrying out a plan writes anything, the configurations of proofs included. */
  static boolean isNeeded(InstallPlan plan) {
    return !plan.isNoOp() || plan.stage(Stage.PROVE).isPresent();
  }

  /**
   * Takes the lock.
   *
   * <p>A namespace that the plan makes is made first, exactly as its stage would: there is nowhere
   * else to put the Lease. The stage finds it so, and tells of it. It is the only write that comes
   * before the lock, and two installers at the same point would make the same namespace.
   *
   * @param prepared the plan that was made
   * @return whether the plan still holds: nobody has worked since the lock was looked at. Two hold
   *     without the lock, because there can be no other holder either: one for a namespace that
   *     does not exist and that it does not make, as a repair's may be; and one that does nothing
   *     but disarm, or that uninstalls, where the namespace is being deleted and takes no Lease.
   * @throws InstallException when somebody else keeps it for too long
   */
  boolean take(PreparedPlan prepared) {
    Cluster cluster = session.unguarded();
    try {
      if (makesNamespace(prepared.plan(), namespace(prepared))) {
        // An API server takes its time to refuse a Lease for a namespace that it does not know.
        makeNamespace(cluster, prepared);
      }
      Taken taken =
          lock.take(
              cluster,
              session.control(),
              seen,
              new InstallationLock.Terms(
                  session.settings().waitForLock(),
                  () -> makeNamespace(cluster, prepared),
                  (holder, soFar) ->
                      session
                          .events()
                          .accept(
                              new InstallEvent.Waiting(Stage.PLAN, lock.lease(), holder, soFar))));
      if (taken == Taken.NO_NAMESPACE) {
        return true;
      }
      session.lockedBy(lock);
      return taken == Taken.AS_SEEN && !outdated;
    } catch (ClusterException e) {
      if (e.answer().causes().stream().noneMatch(cause -> cause.reason().equals(TERMINATING))) {
        throw e;
      }
      if (!onlyDisarms(prepared.plan()) && !uninstalls(prepared.plan())) {
        throw terminating(prepared, e);
      }
      return true;
    }
  }

  /**
   * Takes the lock where the plan needs it, with a new plan where the first no longer holds.
   *
   * @param again makes the plan anew; the lock is held meanwhile
   * @param requirement what must hold of a plan; throws when it does not
   */
  <T> T take(T planned, Planned<T> prepared, Supplier<T> again, Consumer<InstallPlan> requirement) {
    requirement.accept(prepared.of(planned).plan());
    if (!isNeeded(prepared.of(planned).plan()) || take(prepared.of(planned))) {
      return planned;
    }
    T anew = again.get();
    requirement.accept(prepared.of(anew).plan());
    if (!isNeeded(prepared.of(anew).plan())) {
      session.unlock();
    }
    return anew;
  }

  private boolean makeNamespace(Cluster cluster, PreparedPlan prepared) {
    ObjectRef ref = namespace(prepared);
    Manifest wanted = prepared.manifests().get(ref);
    if (wanted == null) {
      return false;
    }
    outdated |= !makesNamespace(prepared.plan(), ref);
    if (cluster.get(ref).isEmpty()) {
      cluster.apply(NamespaceMark.where(wanted, List.of()), Write.PERSIST);
    }
    return true;
  }

  private static boolean makesNamespace(InstallPlan plan, ObjectRef namespace) {
    return plan.change(Stage.NAMESPACE, namespace)
        .filter(change -> change.action() == ChangeAction.CREATE)
        .isPresent();
  }

  private static boolean onlyDisarms(InstallPlan plan) {
    return plan.stages().stream()
        .allMatch(planned -> planned.stage() == Stage.DISARM || planned.writes() == 0);
  }

  private static boolean uninstalls(InstallPlan plan) {
    return plan.stages().stream().anyMatch(planned -> planned.stage().isOfUninstall());
  }

  private static InstallException terminating(PreparedPlan prepared, ClusterException cause) {
    ObjectRef namespace = namespace(prepared);
    return new InstallException(
        Failure.of(
                FailureCode.NAMESPACE_TERMINATING,
                namespace + " is being deleted; nothing was written",
                "Wait until it is gone, then run again.")
            .about(namespace),
        cause);
  }

  private static ObjectRef namespace(PreparedPlan prepared) {
    return ObjectRef.cluster("v1", "Namespace", prepared.release().namespace());
  }

  /** Where the plan is in what was prepared. */
  @FunctionalInterface
  interface Planned<T> {
    PreparedPlan of(T planned);
  }
}
