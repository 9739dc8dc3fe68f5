package io.github.kruiseinstaller.model;

import java.util.Locale;

/**
 * That an installation which somebody else made may be taken over, and what becomes of Helm's
 * record of it. Without one of these such an installation is refused before anything is written.
 *
 * <p>Taking over changes who owns what, and nothing that runs: where version and values are the
 * same, the same Pods go on. For installations that Helm did not make there is no record, and both
 * values do the same.
 */
public enum TakeOver {
  /**
   * Helm's record of its release stays, in every revision. {@code helm list} still shows the
   * release; {@code helm uninstall} would delete the custom resource definitions and with them
   * every custom resource, and {@code helm upgrade} would write Helm's values over this
   * installation. Plan and report warn of it.
   */
  KEEP_HELM_RECORD,
  /**
   * Helm's record of its release is deleted, in every revision, once the installation was verified:
   * {@code helm list} no longer shows the release, and no helm command can touch it. Each Secret or
   * ConfigMap is looked at once more before it goes. The record of a release that holds more than
   * OpenKruise, or that cannot be read, stays, with a warning.
   */
  REMOVE_HELM_RECORD;

  /** The stable text form: lower case with hyphens, such as {@code keep-helm-record}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
