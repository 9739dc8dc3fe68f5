package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.InstallPlan;
import io.github.kruiseinstaller.release.Release;
import java.util.Map;
import java.util.Objects;

/**
 * A plan with what is needed to carry it out.
 *
 * @param plan what people and programs see
 * @param release the customised release
 * @param manifests what is applied, by object: the release's manifests, with the manager's
 *     namespace labelled
 */
public record PreparedPlan(InstallPlan plan, Release release, Map<ObjectRef, Manifest> manifests) {
  /** Copies the map. */
  public PreparedPlan {
    manifests = Map.copyOf(manifests);
  }

  /** What is applied for an object. */
  public Manifest manifest(ObjectRef ref) {
    return Objects.requireNonNull(manifests.get(ref), () -> ref + " is not part of the plan");
  }
}
