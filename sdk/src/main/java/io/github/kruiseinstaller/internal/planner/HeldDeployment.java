package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Deployment whose new replicas all come up beside the old ones, and whose old ones are kept
 * until it is applied without this. The Deployment controller ends old replicas only for new ones
 * that have been Ready for minReadySeconds: that is set to years, because requests are led to the
 * old ones until a run says otherwise, and that run may have been killed.
 */
public final class HeldDeployment {
  /** What Kubernetes takes as no deadline. The API server requires minReadySeconds to be less. */
  static final long NO_PROGRESS_DEADLINE = Integer.MAX_VALUE;

  static final long HOLD_SECONDS = Duration.ofDays(3650).toSeconds();

  private HeldDeployment() {}

  /** Whether a live Deployment is held or stopped. */
  public static boolean isHeld(Manifest live) {
    return Boolean.TRUE.equals(live.at("spec", "paused"))
        || live.number(0, "spec", "minReadySeconds") >= HOLD_SECONDS;
  }

  /** The held form. */
  public static Manifest of(Manifest deployment) {
    return deployment.edit(
        root -> {
          Map<String, @Nullable Object> spec = Trees.child(root, "spec");
          spec.put("minReadySeconds", HOLD_SECONDS);
          spec.put("progressDeadlineSeconds", NO_PROGRESS_DEADLINE);
          Map<String, @Nullable Object> rolling = new LinkedHashMap<>();
          rolling.put("maxSurge", "100%");
          rolling.put("maxUnavailable", 0L);
          Map<String, @Nullable Object> strategy = new LinkedHashMap<>();
          strategy.put("type", "RollingUpdate");
          strategy.put("rollingUpdate", rolling);
          spec.put("strategy", strategy);
        });
  }

  /** A Deployment that is not rolled out yet, as many replicas and as much room as it has live. */
  public static Manifest stopped(Manifest deployment, Manifest live) {
    return deployment.edit(
        root -> {
          Map<String, @Nullable Object> spec = Trees.child(root, "spec");
          spec.put("paused", true);
          for (String field : List.of("replicas", "strategy")) {
            Object kept = live.at("spec", field);
            if (kept != null) {
              spec.put(field, kept);
            }
          }
        });
  }

  /** The held form, with which the controller changes nothing at all. */
  public static Manifest paused(Manifest deployment) {
    return of(deployment).edit(root -> Trees.child(root, "spec").put("paused", true));
  }
}
