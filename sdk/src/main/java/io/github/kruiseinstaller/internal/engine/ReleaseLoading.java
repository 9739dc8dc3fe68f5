package io.github.kruiseinstaller.internal.engine;

import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.internal.retry.InterruptibleCall;
import io.github.kruiseinstaller.release.Release;
import io.github.kruiseinstaller.release.ReleaseRequest;
import io.github.kruiseinstaller.release.ReleaseSource;
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
   * @throws java.util.concurrent.CancellationException when the run is cancelled meanwhile
   * @throws ReleaseTimeoutException when the run's deadline passes meanwhile
   */
  static Optional<Release> load(Session session, String kubernetesVersion) {
    Settings settings = session.settings();
    ReleaseSource source = settings.release();
    if (source == null) {
      return Optional.empty();
    }
    ReleaseRequest request = new ReleaseRequest(settings.namespace(), kubernetesVersion);
    return Optional.of(
        InterruptibleCall.of(
            () -> customized(source.load(request), settings),
            session.control(),
            session.workers(),
            ReleaseTimeoutException::new));
  }

  private static Release customized(Release loaded, Settings settings) {
    Release release = loaded;
    for (Customizer customizer : settings.customizers()) {
      release = customizer.customize(release);
    }
    HostPorts.check(release);
    return release;
  }
}
