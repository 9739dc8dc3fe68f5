package io.github.kruiseinstaller.internal.wait;

import io.github.kruiseinstaller.model.Manifest;
import java.util.Set;

/** Which Pods count. */
public final class Pods {
  private static final Set<String> ENDED = Set.of("Failed", "Succeeded");

  private Pods() {}

  /**
   * Whether a Pod has ended for good: evicted, shut down with its node, or lost with it. Nothing of
   * it runs or will run again; it may be left for people to look at for as long as its owner lives.
   */
  public static boolean hasEnded(Manifest pod) {
    return ENDED.contains(String.valueOf(pod.text("status", "phase")));
  }

  /** Whether a Pod is one of its owner's replicas, as controllers count them. */
  public static boolean isActive(Manifest pod) {
    return !hasEnded(pod) && pod.at("metadata", "deletionTimestamp") == null;
  }
}
