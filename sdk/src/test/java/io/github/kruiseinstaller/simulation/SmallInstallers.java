package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.model.RetryPolicy;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.Config;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Installers of the testkit's small release, quick to try again. */
final class SmallInstallers {
  private static final RetryPolicy QUICK =
      new RetryPolicy(Duration.ofMillis(1), 2.0, 0.5, Duration.ofMillis(20));

  private SmallInstallers() {}

  /** An installer that is who {@code user} is. */
  static OpenKruiseInstaller.Builder of(ClusterUser user) {
    return without(user).release(ReleaseSource.manifests(SmallRelease.yaml(), "small release"));
  }

  /** The same without a release: it can look, explain and repair. */
  static OpenKruiseInstaller.Builder without(ClusterUser user) {
    return OpenKruiseInstaller.builder()
        .apiClient(client(user))
        .retry(QUICK)
        .timeout(Duration.ofSeconds(60));
  }

  /** A client that is who {@code user} is. */
  static ApiClient client(ClusterUser user) {
    try {
      return Config.fromConfig(new StringReader(user.kubeconfig()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
