package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.Clocks;
import io.github.kruiseinstaller.OpenKruiseInstaller;
import io.github.kruiseinstaller.model.RetryPolicy;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SimulatedCluster;
import io.github.kruiseinstaller.testkit.SmallRelease;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.credentials.AccessTokenAuthentication;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Installers of the testkit's small release, quick to try again. */
final class SmallInstallers {
  static final RetryPolicy QUICK =
      new RetryPolicy(Duration.ofMillis(1), 2.0, 0.5, Duration.ofMillis(20));

  private SmallInstallers() {}

  /** An installer that is who {@code user} is. */
  static OpenKruiseInstaller.Builder of(ClusterUser user) {
    return builder()
        .apiClient(client(user))
        .release(ReleaseSource.manifests(SmallRelease.yaml(), "small release"))
        .retry(QUICK)
        .timeout(Duration.ofSeconds(60));
  }

  /**
   * The same without TLS on the way to the API server, which is most of the work of a run. The way
   * from there to the manager has it all the same.
   */
  static OpenKruiseInstaller.Builder plain(SimulatedCluster cluster, ClusterUser user) {
    return of(user).apiClient(plainClient(cluster, user));
  }

  /** As {@link #plain}, over an installation that others have made. */
  static OpenKruiseInstaller.Builder taking(SimulatedCluster cluster, ClusterUser user) {
    return plain(cluster, user).takeOver(TakeOver.KEEP_HELM_RECORD);
  }

  /** As {@link #plain}, of no release: there is only to look and to repair. */
  static OpenKruiseInstaller.Builder withoutRelease(SimulatedCluster cluster, ClusterUser user) {
    return builder()
        .retry(QUICK)
        .timeout(Duration.ofSeconds(60))
        .apiClient(plainClient(cluster, user));
  }

  private static OpenKruiseInstaller.Builder builder() {
    return Clocks.in(OpenKruiseInstaller.builder(), new BriskTime());
  }

  private static ApiClient plainClient(SimulatedCluster cluster, ClusterUser user) {
    return new ClientBuilder()
        .setBasePath(cluster.plainServer().toString())
        .setAuthentication(new AccessTokenAuthentication(user.token()))
        .build();
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
