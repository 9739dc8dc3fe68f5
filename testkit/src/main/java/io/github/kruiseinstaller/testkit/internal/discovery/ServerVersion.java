package io.github.kruiseinstaller.testkit.internal.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.tree.Json;

/** Which Kubernetes this is taken for. */
final class ServerVersion {
  /** The version that is simulated. */
  static final String GIT_VERSION = "v1.34.0";

  private ServerVersion() {}

  /** {@code /version}. */
  static ObjectNode document() {
    return Json.object()
        .put("major", "1")
        .put("minor", "34")
        .put("emulationMajor", "1")
        .put("emulationMinor", "34")
        .put("minCompatibilityMajor", "1")
        .put("minCompatibilityMinor", "33")
        .put("gitVersion", GIT_VERSION)
        .put("gitCommit", "testkit")
        .put("gitTreeState", "clean")
        .put("buildDate", "2025-08-27T00:00:00Z")
        .put("goVersion", "go1.24.6")
        .put("compiler", "gc")
        .put("platform", "linux/amd64");
  }
}
