package io.github.kruiseinstaller.internal.live;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which Kubernetes versions an OpenKruise version is made for. */
public final class KubernetesRange {
  /** Vendors put suffixes behind: {@code v1.27.3-gke.100}. */
  private static final Pattern MINOR = Pattern.compile("v?1\\.(\\d+)(?:\\D.*)?");

  /** The second number of the oldest Kubernetes that any OpenKruise takes. */
  public static final int OLDEST = 16;

  private static final int OLDEST_SINCE_1_6 = 18;

  /** Kubernetes minors that each OpenKruise minor is documented for, newest known last. */
  private static final List<Range> DOCUMENTED =
      List.of(
          new Range(5, 18, 24),
          new Range(6, 18, 26),
          new Range(7, 18, 28),
          new Range(8, 18, 30),
          new Range(9, 24, 32));

  private KubernetesRange() {}

  /** Where a cluster stands. */
  public enum Place {
    /** In the range that is documented. */
    DOCUMENTED,
    /** The chart takes it, and nobody says that it works. */
    BELOW_DOCUMENTED,
    /** Newer than what the release was tried with. */
    ABOVE_DOCUMENTED,
    /** Older than the chart allows. */
    TOO_OLD,
    /** One of the versions tells nothing. */
    UNKNOWN
  }

  /**
   * Where a cluster stands, and why.
   *
   * @param text one sentence for people
   */
  public record Fit(Place place, String text) {}

  /** The second number of a version 1.x, or -1 when it is none. */
  public static int minor(String version) {
    Matcher matcher = MINOR.matcher(version);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  /** Compares an OpenKruise version with a Kubernetes version. */
  public static Fit fit(String openKruise, String kubernetes) {
    Matcher kruise = MINOR.matcher(openKruise);
    Matcher cluster = MINOR.matcher(kubernetes);
    if (!kruise.matches() || !cluster.matches()) {
      return new Fit(
          Place.UNKNOWN,
          "OpenKruise " + openKruise + " on Kubernetes " + kubernetes + ": nothing is known of it");
    }
    int kruiseMinor = Integer.parseInt(kruise.group(1));
    int live = Integer.parseInt(cluster.group(1));
    int oldest = kruiseMinor >= 6 ? OLDEST_SINCE_1_6 : OLDEST;
    if (live < oldest) {
      return new Fit(
          Place.TOO_OLD,
          "OpenKruise %s needs Kubernetes 1.%s or newer; this cluster is %s"
              .formatted(openKruise, oldest, kubernetes));
    }
    return DOCUMENTED.stream()
        .filter(range -> range.kruiseMinor() == kruiseMinor)
        .findFirst()
        .map(range -> documented(range, openKruise, kubernetes, live))
        .orElseGet(
            () ->
                new Fit(
                    Place.UNKNOWN,
                    "no range of Kubernetes versions is known for OpenKruise " + openKruise));
  }

  private static Fit documented(Range range, String openKruise, String kubernetes, int live) {
    Place place =
        live < range.first()
            ? Place.BELOW_DOCUMENTED
            : live > range.last() ? Place.ABOVE_DOCUMENTED : Place.DOCUMENTED;
    return new Fit(
        place,
        "OpenKruise %s is documented for Kubernetes 1.%s to 1.%s; this cluster is %s"
            .formatted(openKruise, range.first(), range.last(), kubernetes));
  }

  private record Range(int kruiseMinor, int first, int last) {}
}
