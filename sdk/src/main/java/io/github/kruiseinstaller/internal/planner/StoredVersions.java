package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The versions in which a cluster keeps custom resources. The API server takes no definition that
 * lacks one of them (CustomResourceDefinition, status.storedVersions).
 */
public final class StoredVersions {
  private StoredVersions() {}

  /** Versions that objects of a live definition are kept in and that another one does not have. */
  public static List<String> missing(Manifest live, Manifest wanted) {
    Set<String> kept =
        wanted.maps("spec", "versions").stream()
            .map(version -> String.valueOf(Trees.text(version, "name")))
            .collect(Collectors.toSet());
    return live.list("status", "storedVersions").stream()
        .map(String::valueOf)
        .filter(version -> !kept.contains(version))
        .toList();
  }

  /** The missing versions for people. */
  public static List<String> explain(Manifest live, Manifest wanted) {
    return missing(live, wanted).stream()
        .map(version -> live.ref() + " has objects stored as " + version)
        .toList();
  }

  /** What to do about a missing version. */
  public static final String REMEDY =
      "Install a release that has them. To go back all the same, rewrite the custom resources in an"
          + " older version first, and take the newer one out of status.storedVersions.";
}
