package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a person should know before saying yes. */
final class Warnings {
  private static final Pattern MINOR = Pattern.compile("v?1\\.(\\d+).*");

  /** Kubernetes minors that each OpenKruise minor is documented for, newest known last. */
  private static final List<Range> DOCUMENTED =
      List.of(
          new Range("1.5.", 18, 24),
          new Range("1.6.", 18, 26),
          new Range("1.7.", 18, 28),
          new Range("1.8.", 18, 30),
          new Range("1.9.", 24, 32));

  private Warnings() {}

  static List<String> of(Release release, String kubernetesVersion) {
    List<String> warnings = new ArrayList<>();
    Matcher minor = MINOR.matcher(kubernetesVersion);
    for (Range range : DOCUMENTED) {
      if (release.version().startsWith(range.prefix()) && minor.matches()) {
        int live = Integer.parseInt(minor.group(1));
        if (live < range.first() || live > range.last()) {
          warnings.add(
              "OpenKruise "
                  + release.version()
                  + " is documented for Kubernetes 1."
                  + range.first()
                  + " to 1."
                  + range.last()
                  + "; this cluster is "
                  + kubernetesVersion);
        }
      }
    }
    return warnings;
  }

  private record Range(String prefix, int first, int last) {}
}
