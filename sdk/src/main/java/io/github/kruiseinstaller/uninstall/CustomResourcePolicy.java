package io.github.kruiseinstaller.uninstall;

import java.util.Locale;

/** What becomes of the custom resources of OpenKruise. */
public enum CustomResourcePolicy {
  /** An uninstallation is refused as long as there are any. */
  REFUSE,
  /** They stay, their Pods stay, and so do their definitions. */
  KEEP,
  /** They are deleted, while the manager still runs, and what they own before them. */
  DELETE;

  /** The stable text form, such as {@code keep}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
