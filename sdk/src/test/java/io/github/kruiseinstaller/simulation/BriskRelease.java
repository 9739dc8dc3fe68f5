package io.github.kruiseinstaller.simulation;

import io.github.kruiseinstaller.release.ReleaseSource;
import io.github.kruiseinstaller.testkit.SmallRelease;

/** The testkit's small release, whose pods count as available sooner. */
final class BriskRelease {
  private BriskRelease() {}

  /** Its manifests. */
  static String yaml() {
    return brisk(SmallRelease.yaml());
  }

  /** With a Secret of its own for marked data. */
  static ReleaseSource marked() {
    return ReleaseSource.manifests(yaml() + SecretMarkers.SECRET, "small release");
  }

  /** As {@link #marked}, of another version. */
  static ReleaseSource marked(String version) {
    return ReleaseSource.manifests(
        brisk(SmallRelease.yaml(version)) + SecretMarkers.SECRET, "small release " + version);
  }

  private static String brisk(String yaml) {
    return yaml.replace("minReadySeconds: 3", "minReadySeconds: 1");
  }
}
