package io.github.kruiseinstaller.testkit;

import io.github.kruiseinstaller.testkit.internal.kruise.ManagerVersion;

/**
 * A release in the shape of OpenKruise, small and of this project's own making: what the simulated
 * manager needs, and nothing else. For tests and demonstrations that must not depend on files.
 */
public final class SmallRelease {
  private SmallRelease() {}

  /** The manifests, as YAML documents. */
  public static String yaml() {
    return io.github.kruiseinstaller.testkit.internal.kruise.SmallRelease.yaml();
  }

  /**
   * The manifests of another version: with its images, and the webhook paths that it serves.
   *
   * @param version such as {@code 1.8.0}
   * @throws IllegalArgumentException when it is none
   */
  public static String yaml(String version) {
    return io.github.kruiseinstaller.testkit.internal.kruise.SmallRelease.yaml(
        ManagerVersion.ofImage("kruise-manager:v" + version)
            .orElseThrow(() -> new IllegalArgumentException("not a version: " + version)));
  }
}
