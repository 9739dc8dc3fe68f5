package io.github.kruiseinstaller.testkit.internal.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.kruiseinstaller.testkit.internal.status.StatusException.Cause;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The garbage collector's finalizers, by which a deletion waits for dependents or lets go. */
final class Propagation {
  private static final String ORPHAN = "orphan";
  private static final String FOREGROUND = "foregroundDeletion";
  private static final Set<String> POLICIES = Set.of("", "Background", "Foreground", "Orphan");

  private Propagation() {}

  /** 422 for a policy that there is not. */
  static void check(String policy) {
    if (!POLICIES.contains(policy)) {
      throw Statuses.invalid(
          "meta.k8s.io",
          "DeleteOptions",
          "",
          List.of(
              new Cause(
                  "FieldValueNotSupported",
                  "Unsupported value: \""
                      + policy
                      + "\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
                  "propagationPolicy")));
    }
  }

  /**
   * Sets the finalizers that a policy needs.
   *
   * @param policy empty: as the object has them already, else as is usual with its kind
   * @param orphans whether it is usual that dependents are let go
   * @return whether anything changed
   */
  static boolean apply(ObjectNode object, String policy, boolean orphans) {
    List<String> before = KindFacts.finalizers(object);
    List<String> after = new ArrayList<>(before);
    after.removeIf(name -> name.equals(ORPHAN) || name.equals(FOREGROUND));
    String effective = policy.isEmpty() ? present(before, orphans) : policy;
    if (effective.equals("Orphan")) {
      after.add(ORPHAN);
    } else if (effective.equals("Foreground")) {
      after.add(FOREGROUND);
    }
    if (new HashSet<>(before).equals(new HashSet<>(after))) {
      return false;
    }
    Metadata.setFinalizers(object, after);
    return true;
  }

  private static String present(List<String> finalizers, boolean orphans) {
    for (String finalizer : finalizers) {
      if (finalizer.equals(ORPHAN)) {
        return "Orphan";
      }
      if (finalizer.equals(FOREGROUND)) {
        return "Foreground";
      }
    }
    return orphans ? "Orphan" : "";
  }
}
