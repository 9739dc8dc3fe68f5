package io.github.kruiseinstaller.internal.health;

import java.util.List;

/** Something about an installation that must be so for it to work. A function of what was seen. */
@FunctionalInterface
interface HealthCheck {
  /** Judges. */
  List<Finding> judge(HealthScene scene);
}
