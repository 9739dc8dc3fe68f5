package io.github.kruiseinstaller.internal.live;

import io.github.kruiseinstaller.model.Manifest;
import java.util.Set;

/**
 * OpenKruise's own API groups. Other products of the same project, such as Kruise Rollouts, share
 * their ending: what they define is theirs.
 */
public final class OwnGroups {
  private static final Set<String> GROUPS = Set.of("apps.kruise.io", "policy.kruise.io");

  private OwnGroups() {}

  /** Whether an API group is one of OpenKruise's. */
  public static boolean contains(String group) {
    return GROUPS.contains(group);
  }

  /** Whether a custom resource definition is one of OpenKruise's. */
  public static boolean isDefinition(Manifest definition) {
    return contains(String.valueOf(definition.text("spec", "group")));
  }
}
