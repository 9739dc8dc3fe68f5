package io.github.kruiseinstaller.testkit.internal.admission;

import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the labels of a namespace ask of its pods. Labels that mean nothing enforce the strictest
 * level, and warn of nothing.
 *
 * @param enforce what pods are refused by
 * @param warn what is warned by: unless the labels say it, what is enforced
 * @param mistakes in the labels
 */
record PodSecurityPolicy(Level enforce, Level warn, List<Cause> mistakes) {
  static final String PRIVILEGED = "privileged";
  private static final String RESTRICTED = "restricted";

  /** From lax to strict. */
  private static final List<String> LEVELS = List.of(PRIVILEGED, "baseline", RESTRICTED);

  private static final String LATEST = "latest";
  private static final Pattern VERSION = Pattern.compile("latest|v1\\.(0|[1-9][0-9]*)");
  private static final String LABEL = "pod-security.kubernetes.io/";

  PodSecurityPolicy {
    mistakes = List.copyOf(mistakes);
  }

  /** A standard in a version. */
  record Level(String name, String version) {
    /** Whether it asks for more than another. */
    boolean isStricterThan(Level other) {
      return LEVELS.indexOf(name) > LEVELS.indexOf(other.name);
    }

    @Override
    public String toString() {
      return name + ":" + version;
    }
  }

  static PodSecurityPolicy of(Map<String, String> labels) {
    List<Cause> mistakes = new ArrayList<>();
    Level enforce = level(labels, "enforce", RESTRICTED, mistakes);
    level(labels, "audit", PRIVILEGED, mistakes);
    Level warn = level(labels, "warn", PRIVILEGED, mistakes);
    boolean said = LEVELS.contains(labels.getOrDefault(LABEL + "enforce", ""));
    if (!labels.containsKey(LABEL + "warn") && said && enforce.isStricterThan(warn)) {
      String version =
          labels.containsKey(LABEL + "warn-version") ? warn.version() : enforce.version();
      warn = new Level(enforce.name(), version);
    }
    return new PodSecurityPolicy(enforce, warn, mistakes);
  }

  private static Level level(
      Map<String, String> labels, String mode, String mistaken, List<Cause> mistakes) {
    String name = labels.getOrDefault(LABEL + mode, PRIVILEGED);
    if (!LEVELS.contains(name)) {
      mistakes.add(mistake(mode, name, "must be one of " + String.join(", ", LEVELS)));
      name = mistaken;
    }
    String version = labels.getOrDefault(LABEL + mode + "-version", LATEST);
    if (!VERSION.matcher(version).matches()) {
      mistakes.add(mistake(mode + "-version", version, "must be \"latest\" or \"v1.x\""));
      version = LATEST;
    }
    return new Level(name, version);
  }

  private static Cause mistake(String label, String value, String why) {
    return new Cause(
        "FieldValueInvalid",
        "Invalid value: \"" + value + "\": " + why,
        "metadata.labels[" + LABEL + label + "]");
  }
}
