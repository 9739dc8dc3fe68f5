package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An object that is gone. */
public final class Deleted implements Waiter.Condition {
  @Override
  public Waiter.State of(@Nullable Manifest live) {
    if (live == null) {
      return Waiter.State.reached("gone");
    }
    if (live.at("metadata", "deletionTimestamp") == null) {
      return Waiter.State.pending("still there, and nobody has deleted it");
    }
    List<Object> finalizers = live.list("metadata", "finalizers");
    return Waiter.State.pending(
        finalizers.isEmpty()
            ? "being deleted"
            : "being deleted, waits for finalizers "
                + finalizers.stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }
}
