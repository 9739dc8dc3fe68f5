package io.github.kruiseinstaller.testkit.internal.kruise;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A release of this project's own making, in the shape of OpenKruise: small, so that a test reads
 * it in no time, and complete, so that the simulated manager becomes ready and a CloneSet runs.
 */
public final class SmallRelease {
  /** The version that the text is written for. */
  public static final ManagerVersion VERSION = new ManagerVersion(1, 8, 3);

  private static final String RESOURCE =
      "/io/github/kruiseinstaller/testkit/release/small-release.yaml";

  private SmallRelease() {}

  /** Its manifests. */
  public static String yaml() {
    try (InputStream in = SmallRelease.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing");
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same for another version: with its images, and its webhooks' paths. */
  public static String yaml(ManagerVersion version) {
    String text = yaml().replace(":" + VERSION, ":" + version);
    String old = "-apps-kruise-io-v1alpha1-sidecarset";
    boolean served = WebhookPaths.of(version).contains("/mutate" + old);
    return served ? text : text.replace(old, "-apps-kruise-io-sidecarset");
  }
}
