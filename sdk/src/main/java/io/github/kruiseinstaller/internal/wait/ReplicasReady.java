package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.model.Manifest;
import org.jspecify.annotations.Nullable;

/** A ReplicaSet every replica of which is Ready. */
public final class ReplicasReady implements Waiter.Condition {
  @Override
  public Waiter.State of(@Nullable Manifest live) {
    if (live == null) {
      return Waiter.State.pending("does not exist");
    }
    long wanted = live.number(1, "spec", "replicas");
    long ready = live.number(0, "status", "readyReplicas");
    String text = ready + " of " + wanted + " new replicas ready";
    boolean done = wanted > 0 && ready >= wanted;
    return done ? Waiter.State.reached(text) : Waiter.State.pending(text);
  }
}
