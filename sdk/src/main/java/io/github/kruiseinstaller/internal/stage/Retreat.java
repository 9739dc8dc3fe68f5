package io.github.kruiseinstaller.internal.stage;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.planner.PreparedPlan;
import io.github.kruiseinstaller.internal.retry.RunControl;
import io.github.kruiseinstaller.internal.wait.ReplicaSets;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Goes back to the old manager when an upgrade beside it has failed. Its replicas still serve:
 * requests are led to them alone, and then the Deployment gets their template back. Definitions,
 * RBAC and other objects stay as the release has them: they serve the old manager too, and
 * definitions with newer versions cannot be taken back.
 */
public final class Retreat {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Cluster cluster;
  private final RunControl control;
  private final PreparedPlan prepared;
  private final List<String> done = new ArrayList<>();

  /**
   * A way back.
   *
   * @param cluster usable although the run's deadline has passed
   * @param control bounds of the same time
   */
  public Retreat(Cluster cluster, RunControl control, PreparedPlan prepared) {
    this.cluster = cluster;
    this.control = control;
    this.prepared = prepared;
  }

  /**
   * Goes back as far as there is time. Never throws: what goes wrong is added to {@code failure} as
   * suppressed. Wherever it ends, the Service leads to replicas that serve.
   *
   * @return what was and was not taken back, for people
   */
  public List<String> after(Throwable failure) {
    HeldManager manager = new HeldManager(cluster, prepared);
    try {
      Optional<Manifest> old = manager.oldReplicas();
      if (old.isEmpty()) {
        // Led to replicas that do not serve, the Service would lead nowhere.
        new CutOver(cluster, control, prepared).widen();
        return List.of(
            manager.resume()
                ? "taken back: the manager's Deployment has its old template"
                : "nothing to take back: there are no old replicas that serve beside new ones");
      }
      back(manager, old.get());
    } catch (Throwable e) {
      failure.addSuppressed(e);
      done.add(
          "taking the upgrade back was cut short (" + e.getMessage() + "); run again to go on");
    }
    return List.copyOf(done);
  }

  private void back(HeldManager manager, Manifest old) {
    CutOver cutOver = new CutOver(cluster, control, prepared);
    Manifest young = manager.newReplicas();
    if (!cutOver.leadsTo().equals(Optional.of(ReplicaSets.hash(old)))) {
      // Held back by the clock alone, the controller could end the old replicas meanwhile.
      manager.pause();
      cutOver.to(old);
      done.add("taken back: requests go to the old manager's replicas alone");
      new Redialling(cluster, control, prepared.release()).run();
    }
    manager.restore(old);
    done.add("taken back: the manager's Deployment has its old template");
    if (!young.ref().equals(old.ref())) {
      awaitEnd(young.ref());
    }
    cutOver.widen();
    done.add(
        "not taken back: definitions, RBAC, the daemon and other objects, which are the release's"
            + " now");
  }

  /** Before the Service selects them again, the new replicas are on their way out. */
  private void awaitEnd(ObjectRef replicaSet) {
    while (cluster
            .get(replicaSet)
            .filter(live -> live.number(0, "status", "replicas") > 0)
            .isPresent()
        && !control.deadline().passed()) {
      control.sleep(PAUSE);
    }
  }
}
