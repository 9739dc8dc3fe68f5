package io.github.kruiseinstaller.diagnosis;

import java.util.Locale;

/**
 * Stable codes of causes, those that explain most first. A code never changes its meaning; programs
 * may branch on it. The text form is {@link #id()}, which is also the anchor of the cause's section
 * in the troubleshooting page.
 */
public enum DiagnosisCode {
  /** The namespace of the manager is being deleted. */
  NAMESPACE_TERMINATING,
  /** The namespace that the armed webhooks point to does not exist. */
  NAMESPACE_MISSING,
  /** Webhooks are armed, and there is no manager. */
  MANAGER_MISSING,
  /** The manager is scaled to zero. */
  MANAGER_SCALED_TO_ZERO,
  /** The manager's own Pods are refused by OpenKruise's webhooks, which nobody else answers. */
  OWN_NAMESPACE_INTERCEPTED,
  /** The webhook Service does not exist. */
  SERVICE_MISSING,
  /** The webhook Service selects none of the manager's Pods. */
  SERVICE_SELECTS_NOTHING;

  /** The stable text form, such as {@code service-missing}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
