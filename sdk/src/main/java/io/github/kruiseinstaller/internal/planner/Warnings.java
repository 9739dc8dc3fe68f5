package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.live.KubernetesRange;
import io.github.kruiseinstaller.release.Release;
import java.util.List;

/** What a person should know before saying yes. */
final class Warnings {
  private Warnings() {}

  static List<String> of(Release release, String kubernetesVersion) {
    KubernetesRange.Fit fit = KubernetesRange.fit(release.version(), kubernetesVersion);
    return fit.place() == KubernetesRange.Place.BELOW_DOCUMENTED
            || fit.place() == KubernetesRange.Place.ABOVE_DOCUMENTED
            || fit.place() == KubernetesRange.Place.TOO_OLD
        ? List.of(fit.text())
        : List.of();
  }
}
