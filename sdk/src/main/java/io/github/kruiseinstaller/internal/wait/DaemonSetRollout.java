package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.model.Manifest;
import org.jspecify.annotations.Nullable;

/** A DaemonSet whose newest template is Ready on every node that it is meant for. */
public final class DaemonSetRollout implements Waiter.Condition {
  @Override
  public Waiter.State of(@Nullable Manifest live) {
    if (live == null) {
      return Waiter.State.pending("does not exist");
    }
    if (live.at("metadata", "deletionTimestamp") != null) {
      return Waiter.State.pending("is being deleted");
    }
    if (live.number(0, "status", "observedGeneration") < live.number(1, "metadata", "generation")) {
      return Waiter.State.pending("the DaemonSet controller has not seen the change yet");
    }
    long nodes = live.number(0, "status", "desiredNumberScheduled");
    long updated = live.number(0, "status", "updatedNumberScheduled");
    long ready = live.number(0, "status", "numberReady");
    boolean byHand = "OnDelete".equals(live.text("spec", "updateStrategy", "type"));
    if (updated < nodes && !byHand) {
      return Waiter.State.pending(updated + " of " + nodes + " nodes run the new template");
    }
    if (ready < nodes) {
      return Waiter.State.pending(ready + " of " + nodes + " nodes ready");
    }
    return Waiter.State.reached(
        nodes == 0 ? "no node takes it" : nodes + " of " + nodes + " nodes ready");
  }
}
