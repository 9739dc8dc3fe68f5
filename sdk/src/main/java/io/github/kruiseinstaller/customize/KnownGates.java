package io.github.kruiseinstaller.customize;

import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which feature gates a manager knows, by the first release that has them (read from OpenKruise's
 * sources, 1.0.0 to 1.9.0; none was ever taken out). A manager that meets an unknown gate ends at
 * start, so a wrong name is better refused before anything is written.
 */
final class KnownGates {
  private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+)\\.(\\d+)([-+].*)?");

  /** The newest release that was read; what later ones know is not judged. */
  private static final Version NEWEST = new Version(1, 9, 0);

  private static final Map<String, Version> SINCE =
      Stream.of(
              since("1.0.0", "AllAlpha AllBeta KruiseDaemon PodWebhook CloneSetShortHash"),
              since("1.0.0", "KruisePodReadinessGate PreDownloadImageForInPlaceUpdate"),
              since(
                  "1.0.0", "CloneSetPartitionRollback ResourcesDeletionProtection WorkloadSpread"),
              since("1.0.0", "PodUnavailableBudgetDeleteGate PodUnavailableBudgetUpdateGate"),
              since("1.0.0", "DaemonWatchingPod TemplateNoDefaults InPlaceUpdateEnvFromMetadata"),
              since("1.1.0", "StatefulSetAutoDeletePVC"),
              since("1.3.0", "PodProbeMarkerGate PreDownloadImageForDaemonSetUpdate"),
              since("1.3.0", "SidecarSetPatchPodMetadataDefaultsAllowed"),
              since("1.4.0", "CloneSetEventHandlerOptimization SidecarTerminator"),
              since("1.5.0", "DeletionProtectionForCRDCascadingGate ImagePullJobGate"),
              since("1.5.0", "PreparingUpdateAsUpdate ResourceDistributionGate"),
              since("1.7.0", "EnableExternalCerts EnhancedLivenessProbe PodIndexLabel"),
              since("1.7.0", "RecreatePodWhenChangeVCTInCloneSetGate StatefulSetStartOrdinal"),
              since("1.7.5", "EnablePodProbeMarkerOnServerless ForceDeleteTimeoutExpectationGate"),
              since("1.7.5", "InPlaceWorkloadVerticalScaling StatefulSetAutoResizePVCGate"),
              since("1.9.0", "EnableSortSidecarContainerByName InPlacePodVerticalScaling"))
          .flatMap(gates -> gates.entrySet().stream())
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private KnownGates() {}

  /**
   * Why the manager of this version would not accept a gate, or null when nothing speaks against.
   */
  static @Nullable String objection(String gate, String version) {
    Version release = Version.parse(version);
    Version since = SINCE.get(gate);
    if (release == null || release.compareTo(NEWEST) > 0) {
      return null;
    }
    if (since == null) {
      return "no manager up to 1.9.0 knows the feature gate " + gate;
    }
    return release.compareTo(since) < 0
        ? "the feature gate " + gate + " came with " + since + ", the release is " + version
        : null;
  }

  /** Whether a version is this one or later; a version that cannot be read counts as later. */
  static boolean isAtLeast(String version, int major, int minor) {
    Version release = Version.parse(version);
    return release == null || release.compareTo(new Version(major, minor, 0)) >= 0;
  }

  private static Map<String, Version> since(String version, String gates) {
    Version release = Objects.requireNonNull(Version.parse(version), version);
    return Stream.of(gates.split(" ", -1)).collect(Collectors.toMap(gate -> gate, gate -> release));
  }

  private record Version(int major, int minor, int patch) implements Comparable<Version> {
    private static final Comparator<Version> ORDER =
        Comparator.comparingInt(Version::major)
            .thenComparingInt(Version::minor)
            .thenComparingInt(Version::patch);

    static @Nullable Version parse(String text) {
      Matcher matcher = VERSION.matcher(text);
      return matcher.matches()
          ? new Version(part(matcher, 1), part(matcher, 2), part(matcher, 3))
          : null;
    }

    private static int part(Matcher matcher, int group) {
      String digits = matcher.group(group);
      return digits.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    @Override
    public int compareTo(Version other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return major + "." + minor + "." + patch;
    }
  }
}
