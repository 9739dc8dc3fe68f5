package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.KubernetesRange;
import java.util.List;

/** Whether the release is made for this Kubernetes. */
final class ClusterVersionCheck implements PreflightCheck {
  static final String ID = "cluster-version";

  @Override
  public List<Check> look(Scene scene) {
    KubernetesRange.Fit fit =
        KubernetesRange.fit(scene.release().version(), scene.kubernetesVersion());
    return List.of(
        switch (fit.place()) {
          case DOCUMENTED -> Check.pass(ID, CheckCategory.CLUSTER, fit.text());
          case UNKNOWN -> Check.skipped(ID, CheckCategory.CLUSTER, fit.text());
          case TOO_OLD ->
              Check.fail(
                  ID,
                  CheckCategory.CLUSTER,
                  fit.text(),
                  "Upgrade the cluster, or install an OpenKruise that is made for it.");
          case BELOW_DOCUMENTED ->
              Check.warn(
                  ID,
                  CheckCategory.CLUSTER,
                  fit.text(),
                  "Upgrade the cluster, or install an older OpenKruise; try it elsewhere first.");
          case ABOVE_DOCUMENTED ->
              Check.warn(
                  ID,
                  CheckCategory.CLUSTER,
                  fit.text(),
                  "Look for a newer OpenKruise; this one often works, so try it elsewhere first.");
        });
  }
}
