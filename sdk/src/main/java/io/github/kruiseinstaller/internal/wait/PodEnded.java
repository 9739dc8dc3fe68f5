package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.model.Manifest;
import org.jspecify.annotations.Nullable;

/** A Pod of which nothing runs any more: it is gone, or has ended and nobody cleans it up. */
public final class PodEnded implements Waiter.Condition {
  private final Deleted deleted = new Deleted();

  @Override
  public Waiter.State of(@Nullable Manifest live) {
    return live != null && Pods.hasEnded(live)
        ? Waiter.State.reached("ended, phase " + live.text("status", "phase"))
        : deleted.of(live);
  }
}
