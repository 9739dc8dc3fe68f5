package io.github.kruiseinstaller.internal.repair;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import java.util.List;
import java.util.Optional;

/** Which cause is mended how, and which one keeps the webhooks off until it is mended. */
final class Mends {
  private static final Mend NONE = (diagnosis, incident) -> Optional.empty();
  private static final Mend LABEL = new LabelNamespace();
  private static final Mend SCALE = new ScaleManager();
  private static final Mend RESTART = new RestartManager();
  private static final Mend SERVICE = new MendService();
  private static final Mend ACCOUNT = new MakeServiceAccount();
  private static final Mend CERTIFICATE = new MakeCertificate();
  private static final Mend CONVERSION = new PointConversion();
  private static final Mend ARM = new ArmAgain();
  private static final Mend ARM_THE_RELEASES = ArmAgain::fromRelease;

  /** What may pass by itself: the rollout and the proof show whether it has. */
  private static final Mend RETRY = (diagnosis, incident) -> Optional.of(List.of());

  private static final Mend DEFINITIONS = RestoreObjects.definitions();
  private static final Mend MANAGER = RestoreObjects.manager();
  private static final Mend DAEMON = RestoreObjects.daemon();
  private static final Mend ACCESS = RestoreObjects.access();
  private static final Mend EVERYTHING = RestoreObjects.everything();
  private static final Mend MANAGER_OR_RETRY =
      (diagnosis, incident) ->
          MANAGER.of(diagnosis, incident).or(() -> RETRY.of(diagnosis, incident));

  private Mends() {}

  /**
   * What becomes of a cause.
   *
   * @param mend how it is mended
   * @param gates whether the webhooks cannot work as long as it is there
   */
  private record Row(Mend mend, boolean gates) {}

  /** What to do about a cause; empty when it needs a person. */
  static Optional<List<Mending>> of(Diagnosis diagnosis, Incident incident) {
    return row(diagnosis.code()).mend().of(diagnosis, incident);
  }

  /** Whether the webhooks cannot work as long as a cause is there. */
  static boolean gates(Diagnosis diagnosis, Incident incident) {
    // What another vendor's webhook refuses matters here when the manager's Pods are among it.
    return diagnosis.code() == DiagnosisCode.FOREIGN_WEBHOOK_FAILED
        ? incident.live().readyEndpoints() == 0
        : row(diagnosis.code()).gates();
  }

  /** Whether anything is ever done about a cause. */
  static boolean isMended(DiagnosisCode code) {
    return row(code).mend() != NONE;
  }

  private static Row row(DiagnosisCode code) {
    return switch (code) {
      case OWN_NAMESPACE_INTERCEPTED -> new Row(LABEL, true);
      case MANAGER_SCALED_TO_ZERO -> new Row(SCALE, true);
      case SERVICE_MISSING, SERVICE_SELECTS_NOTHING, SERVICE_PORT_WRONG -> new Row(SERVICE, true);
      case SERVICE_ACCOUNT_MISSING -> new Row(ACCOUNT, true);
      case CERTIFICATE_MISSING,
          CERTIFICATE_UNREADABLE,
          CERTIFICATE_EXPIRED,
          CERTIFICATE_NAME_WRONG,
          CERTIFICATE_NOT_SIGNED ->
          new Row(CERTIFICATE, true);
      case SERVED_CERTIFICATE_WRONG -> new Row(RESTART, true);
      case CA_BUNDLE_STALE,
          CONFIGURATION_MISSING,
          CONFIGURATIONS_PARKED,
          CONFIGURATIONS_ON_PROBATION,
          TEMPLATE_BROKEN,
          TEMPLATE_STALE,
          WEBHOOK_TARGET_WRONG ->
          new Row(ARM, true);
      case WEBHOOK_PATH_NOT_SERVED -> new Row(ARM_THE_RELEASES, true);
      case WEBHOOK_PATHS_OUTDATED -> new Row(ARM_THE_RELEASES, false);
      case PODS_NOT_CREATED, SERVICE_WITHOUT_ENDPOINTS, CONNECTION_CUT, WEBHOOK_CALL_FAILED ->
          new Row(RETRY, true);
      case CONVERSION_TARGET_WRONG, CONVERSION_CA_STALE -> new Row(CONVERSION, false);
      case NAMESPACE_MISSING, MANAGER_MISSING -> new Row(EVERYTHING, true);
      case DEFINITION_MISSING, DEFINITION_NOT_ESTABLISHED -> new Row(DEFINITIONS, false);
      case FIELD_INDEX_FAILED -> new Row(DEFINITIONS, true);
      case MANAGER_FORBIDDEN -> new Row(ACCESS, true);
      case UNSCHEDULABLE,
          IMAGE_PULL_FAILED,
          IMAGE_ARCHITECTURE_WRONG,
          FLAG_UNKNOWN,
          LOG_FOLDER_NOT_WRITABLE,
          OUT_OF_MEMORY,
          CONTAINER_CRASHING ->
          new Row(MANAGER, true);
      case MANAGER_NOT_READY, CONNECTION_REFUSED -> new Row(MANAGER_OR_RETRY, true);
      case NAMESPACE_TERMINATING,
          QUOTA_EXCEEDED,
          POLICY_DENIES_PODS,
          INITIALIZATION_TIMEOUT,
          ADDRESS_NOT_ALLOWED,
          NO_ROUTE_TO_MANAGER,
          PORT_BLOCKED ->
          new Row(NONE, true);
      case DAEMON_SOCKET_MISSING, DAEMON_SOCKET_DENIED, DAEMON_CRASHING, DAEMON_NOT_READY ->
          new Row(DAEMON, false);
      case KUBERNETES_TOO_OLD,
          UPGRADE_UNFINISHED,
          FOREIGN_WEBHOOK_FAILED,
          SEVERAL_MANAGERS,
          SELECTORS_REWRITTEN,
          HELM_HOOK_FAILED,
          DAEMON_REFUSED_BY_POLICY,
          DAEMON_CRI_OUTDATED,
          DAEMON_RUNTIME_UNKNOWN,
          CERTIFICATE_EXPIRING ->
          new Row(NONE, false);
    };
  }
}
