package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.model.Manifest;
import org.jspecify.annotations.Nullable;

/** How far a Deployment's newest template has come. */
public final class DeploymentRollout implements Waiter.Condition {
  private final Goal goal;

  private enum Goal {
    SEEN,
    UNDIVIDED,
    SURGED,
    SERVING,
    AVAILABLE
  }

  private DeploymentRollout(Goal goal) {
    this.goal = goal;
  }

  /** The Deployment controller has seen what was written last. */
  public static DeploymentRollout seen() {
    return new DeploymentRollout(Goal.SEEN);
  }

  /** None of an older template is left, whatever those of the newest are like. */
  public static DeploymentRollout undivided() {
    return new DeploymentRollout(Goal.UNDIVIDED);
  }

  /** Every replica of the newest template exists; those of older ones may be there too. */
  public static DeploymentRollout surged() {
    return new DeploymentRollout(Goal.SURGED);
  }

  /** At least one replica is Ready, and none of an older template is left. */
  public static DeploymentRollout serving() {
    return new DeploymentRollout(Goal.SERVING);
  }

  /** Every replica has been Ready for minReadySeconds, and none of an older template is left. */
  public static DeploymentRollout available() {
    return new DeploymentRollout(Goal.AVAILABLE);
  }

  @Override
  public Waiter.State of(@Nullable Manifest live) {
    if (live == null) {
      return Waiter.State.pending("does not exist");
    }
    if (live.at("metadata", "deletionTimestamp") != null) {
      return Waiter.State.pending("is being deleted");
    }
    if (live.number(0, "status", "observedGeneration") < live.number(1, "metadata", "generation")) {
      return Waiter.State.pending("the Deployment controller has not seen the change yet");
    }
    return goal == Goal.SEEN
        ? Waiter.State.reached("the Deployment controller has seen the change")
        : counted(live);
  }

  private Waiter.State counted(Manifest live) {
    long wanted = live.number(1, "spec", "replicas");
    long all = live.number(0, "status", "replicas");
    long updated = live.number(0, "status", "updatedReplicas");
    long ready = live.number(0, "status", "readyReplicas");
    long lasting = live.number(0, "status", "availableReplicas");
    if (goal == Goal.UNDIVIDED) {
      return all > updated
          ? pending(live, all - updated + " old replicas not gone yet")
          : Waiter.State.reached("no old replica is left");
    }
    long needed = goal == Goal.SERVING ? Math.min(1, wanted) : wanted;
    if (updated < needed) {
      return pending(live, updated + " of " + wanted + " replicas created from the new template");
    }
    if (goal == Goal.SURGED) {
      return Waiter.State.reached(wanted + " of " + wanted + " new replicas exist");
    }
    if (ready < needed) {
      return pending(live, ready + " of " + wanted + " replicas ready");
    }
    if (all > updated) {
      long old = all - updated;
      return pending(live, old + " old " + (old == 1 ? "replica" : "replicas") + " not gone yet");
    }
    if (goal == Goal.SERVING) {
      return Waiter.State.reached(ready + " of " + wanted + " replicas ready");
    }
    if (all > wanted) {
      return pending(live, all - wanted + " surplus replicas not gone yet");
    }
    if (lasting < wanted) {
      return pending(live, lasting + " of " + wanted + " replicas available");
    }
    return Waiter.State.reached(wanted + " of " + wanted + " replicas available");
  }

  private static Waiter.State pending(Manifest live, String text) {
    StringBuilder all = new StringBuilder(text);
    if (Boolean.TRUE.equals(live.at("spec", "paused"))) {
      all.append("; the Deployment is paused");
    }
    if (Conditions.isTrue(live, "ReplicaFailure")) {
      all.append("; ").append(Conditions.explain(live, "ReplicaFailure"));
    }
    if (Conditions.has(live, "Progressing", "False")) {
      all.append("; ").append(Conditions.explain(live, "Progressing"));
    }
    return Waiter.State.pending(all.toString());
  }
}
