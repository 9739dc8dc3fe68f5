package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Deployment whose new replicas all come up beside the old ones, and whose old ones are kept
 * until it is applied without this. The Deployment controller ends old replicas only for new ones
 * that have been Ready for minReadySeconds. When nobody ever applies the other form, it goes on by
 * itself after that time.
 */
public final class HeldDeployment {
  /** The API server requires minReadySeconds to be less; this is what it takes by default. */
  private static final long DEFAULT_PROGRESS_DEADLINE = 600;

  private HeldDeployment() {}

  /** The held form. */
  public static Manifest of(Manifest deployment) {
    return deployment.edit(
        root -> {
          Map<String, @Nullable Object> spec = Trees.child(root, "spec");
          spec.put("minReadySeconds", holdSeconds(deployment));
          Map<String, @Nullable Object> rolling = new LinkedHashMap<>();
          rolling.put("maxSurge", "100%");
          rolling.put("maxUnavailable", 0L);
          Map<String, @Nullable Object> strategy = new LinkedHashMap<>();
          strategy.put("type", "RollingUpdate");
          strategy.put("rollingUpdate", rolling);
          spec.put("strategy", strategy);
        });
  }

  /** The held form, with which the controller changes nothing at all. */
  public static Manifest paused(Manifest deployment) {
    return of(deployment).edit(root -> Trees.child(root, "spec").put("paused", true));
  }

  static long holdSeconds(Manifest deployment) {
    return deployment.number(DEFAULT_PROGRESS_DEADLINE, "spec", "progressDeadlineSeconds") - 1;
  }
}
