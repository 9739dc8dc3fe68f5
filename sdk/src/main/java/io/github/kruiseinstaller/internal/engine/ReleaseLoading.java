package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import java.util.Optional;

/** The installer's release for a cluster, read and customised. */
final class ReleaseLoading {
  private ReleaseLoading() {}

  /**
   * Loads.
   *
   * @param kubernetesVersion what a chart is rendered for
   * @return the release, or empty when the installer has none
   * @throws io.github.kruiseinstaller.error.InstallException when it is invalid or cannot be had
   */
  static Optional<Release> load(Settings settings, String kubernetesVersion) {
    if (settings.release() == null) {
      return Optional.empty();
    }
    Release release =
        settings.release().load(new ReleaseRequest(settings.namespace(), kubernetesVersion));
    for (Customizer customizer : settings.customizers()) {
      release = customizer.customize(release);
    }
    HostPorts.check(release);
    return Optional.of(release);
  }
}
