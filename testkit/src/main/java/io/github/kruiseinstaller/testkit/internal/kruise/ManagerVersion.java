package io.github.kruiseinstaller.testkit.internal.kruise;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which OpenKruise an image holds, and in what the versions differ.
 *
 * @param major 1
 * @param minor such as 8
 * @param patch such as 3
 */
public record ManagerVersion(int major, int minor, int patch)
    implements Comparable<ManagerVersion> {
  private static final Pattern TAG =
      Pattern.compile(":v?([0-9]{1,4})\\.([0-9]{1,4})(?:\\.([0-9]{1,4}))?(?:[-_.][^:@/]*)?(@.*)?$");
  private static final Comparator<ManagerVersion> ORDER =
      Comparator.comparingInt(ManagerVersion::major)
          .thenComparingInt(ManagerVersion::minor)
          .thenComparingInt(ManagerVersion::patch);

  /** The version in an image's tag, such as {@code openkruise/kruise-manager:v1.8.3}. */
  public static Optional<ManagerVersion> ofImage(String image) {
    Matcher tag = TAG.matcher(image);
    if (!tag.find()) {
      return Optional.empty();
    }
    String patch = tag.group(3);
    return Optional.of(
        new ManagerVersion(
            Integer.parseInt(tag.group(1)),
            Integer.parseInt(tag.group(2)),
            patch == null ? 0 : Integer.parseInt(patch)));
  }

  /** Whether it is this version or a later one. */
  public boolean atLeast(int otherMajor, int otherMinor) {
    return compareTo(new ManagerVersion(otherMajor, otherMinor, 0)) >= 0;
  }

  /** How long a start may wait for the first sync of certificates and configurations. */
  Duration initializeTimeout() {
    return Duration.ofSeconds(initializeTimeoutIsAFlag() ? 60 : 20);
  }

  /** Whether {@code --webhook-initialize-timeout} is known. */
  boolean initializeTimeoutIsAFlag() {
    return atLeast(1, 9);
  }

  /** Whether the gate {@code EnableExternalCerts} is known. */
  boolean knowsExternalCertificates() {
    return atLeast(1, 7);
  }

  /** Whether the order of webhooks and of selector expressions is no difference. */
  boolean comparesConfigurationsByMeaning() {
    return atLeast(1, 9);
  }

  @Override
  public int compareTo(ManagerVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "v" + major + "." + minor + "." + patch;
  }
}
