package io.github.kruiseinstaller.internal.diagnose;

import io.github.kruiseinstaller.diagnosis.DiagnosisCode;

/** Which causes a repair mends. */
public enum Repairs {
  /** From what lives in the cluster. */
  ALONE,
  /** With the release at hand: there is something to bring back that the cluster has lost. */
  WITH_RELEASE,
  /** It disarms, so that the cluster admits Pods, and a person must do the rest. */
  NEVER;

  /** Whether a repair mends a cause. */
  public static Repairs of(DiagnosisCode code) {
    return switch (code) {
      case OWN_NAMESPACE_INTERCEPTED,
          MANAGER_SCALED_TO_ZERO,
          TEMPLATE_BROKEN,
          TEMPLATE_STALE,
          PODS_NOT_CREATED,
          SERVICE_MISSING,
          SERVICE_SELECTS_NOTHING,
          SERVICE_PORT_WRONG,
          CERTIFICATE_MISSING,
          CERTIFICATE_UNREADABLE,
          CERTIFICATE_EXPIRED,
          CERTIFICATE_NAME_WRONG,
          CERTIFICATE_NOT_SIGNED,
          CA_BUNDLE_STALE,
          SERVED_CERTIFICATE_WRONG,
          WEBHOOK_TARGET_WRONG,
          CONFIGURATIONS_PARKED,
          CONFIGURATIONS_ON_PROBATION ->
          ALONE;
      case NAMESPACE_MISSING,
          DEFINITION_MISSING,
          FIELD_INDEX_FAILED,
          CONFIGURATION_MISSING,
          MANAGER_MISSING,
          SERVICE_ACCOUNT_MISSING,
          MANAGER_FORBIDDEN,
          CONVERSION_TARGET_WRONG,
          CONVERSION_CA_STALE,
          WEBHOOK_PATHS_OUTDATED ->
          WITH_RELEASE;
      default -> NEVER;
    };
  }

  /**
   * Whether it is mended.
   *
   * @param hasRelease whether a release is at hand
   */
  public boolean mends(boolean hasRelease) {
    return this == ALONE || (this == WITH_RELEASE && hasRelease);
  }
}
