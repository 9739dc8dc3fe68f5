package io.github.kruiseinstaller.diagnosis;

import java.util.Locale;

/**
 * Stable codes of causes, those that explain most first. A code never changes its meaning; programs
 * may branch on it. The text form is {@link #id()}, which is also the anchor of the cause's section
 * in the troubleshooting page. A code that has the name of a {@link
 * io.github.kruiseinstaller.error.FailureCode} means the same.
 */
public enum DiagnosisCode {
  /** The cluster is older than what any release needs. */
  KUBERNETES_TOO_OLD,
  /** The namespace of the manager is being deleted. */
  NAMESPACE_TERMINATING,
  /** The namespace that the armed webhooks point to does not exist. */
  NAMESPACE_MISSING,
  /** Webhooks point to a Service that is not the manager's, such as one in {@code system}. */
  WEBHOOK_TARGET_WRONG,
  /** A custom resource definition that the manager needs does not exist. */
  DEFINITION_MISSING,
  /** A custom resource definition exists and is not served. */
  DEFINITION_NOT_ESTABLISHED,
  /** One of the manager's two webhook configurations does not exist. */
  CONFIGURATION_MISSING,
  /** The annotation {@code template} of a configuration is not a list in JSON. */
  TEMPLATE_BROKEN,
  /** The manager's own Pods are refused by OpenKruise's webhooks, which nobody else answers. */
  OWN_NAMESPACE_INTERCEPTED,
  /** Webhooks are armed, and there is no manager. */
  MANAGER_MISSING,
  /** The manager is scaled to zero. */
  MANAGER_SCALED_TO_ZERO,
  /** A webhook of another vendor does not answer, and refuses what it should let pass. */
  FOREIGN_WEBHOOK_FAILED,
  /** A quota of the manager's namespace leaves no room for its Pods. */
  QUOTA_EXCEEDED,
  /** A policy refuses the manager's Pods: Pod security, or a webhook that denies them. */
  POLICY_DENIES_PODS,
  /** The ServiceAccount of the manager's Pods does not exist. */
  SERVICE_ACCOUNT_MISSING,
  /** The manager's Pods are refused at creation for another reason. */
  PODS_NOT_CREATED,
  /** No node takes the manager's Pods. */
  UNSCHEDULABLE,
  /** The manager's image cannot be pulled. */
  IMAGE_PULL_FAILED,
  /** The manager's image is for another architecture than the node. */
  IMAGE_ARCHITECTURE_WRONG,
  /** The manager does not know one of its flags. */
  FLAG_UNKNOWN,
  /** The manager may not write its log folder. */
  LOG_FOLDER_NOT_WRITABLE,
  /** The manager lacks a permission that it needs. */
  MANAGER_FORBIDDEN,
  /** The manager is ended for using more memory than it may. */
  OUT_OF_MEMORY,
  /** The manager ends because the kinds that it indexes are not served. */
  FIELD_INDEX_FAILED,
  /** The manager gives up waiting for its own webhooks to be set up. */
  INITIALIZATION_TIMEOUT,
  /** The manager's container ends again and again for another reason. */
  CONTAINER_CRASHING,
  /** The manager runs and does not become Ready. */
  MANAGER_NOT_READY,
  /** Several managers, or several versions of one, run side by side. */
  SEVERAL_MANAGERS,
  /** The webhook Service does not exist. */
  SERVICE_MISSING,
  /** The webhook Service selects none of the manager's Pods. */
  SERVICE_SELECTS_NOTHING,
  /** The webhook Service sends requests to a port on which the manager does not listen. */
  SERVICE_PORT_WRONG,
  /** The webhook Service has no endpoints although it selects Pods that are Ready. */
  SERVICE_WITHOUT_ENDPOINTS,
  /** The certificate Secret does not exist, or is empty. */
  CERTIFICATE_MISSING,
  /** The certificate Secret holds something that is no certificate. */
  CERTIFICATE_UNREADABLE,
  /** The manager's certificate, or its CA, is no longer valid or not yet. */
  CERTIFICATE_EXPIRED,
  /** The manager's certificate is for another name than the webhook Service's. */
  CERTIFICATE_NAME_WRONG,
  /** The manager's certificate is not signed by the CA next to it. */
  CERTIFICATE_NOT_SIGNED,
  /** A configuration carries another CA than the certificate Secret. */
  CA_BUNDLE_STALE,
  /** The manager serves another certificate than the one in its Secret. */
  SERVED_CERTIFICATE_WRONG,
  /** The API server is not allowed to call Pod addresses (EKS with another network). */
  ADDRESS_NOT_ALLOWED,
  /** The API server has no route to the manager's Pods. */
  NO_ROUTE_TO_MANAGER,
  /**
   * What the API server sends to the manager gets no answer: a firewall, or a manager that hangs.
   */
  PORT_BLOCKED,
  /** Something between API server and manager cuts the connection: a proxy, most often. */
  CONNECTION_CUT,
  /** The manager's Pods are Ready, and the API server's connections to them are refused. */
  CONNECTION_REFUSED,
  /** The manager answers, and does not serve a path that the armed webhooks call. */
  WEBHOOK_PATH_NOT_SERVED,
  /** A call of OpenKruise's webhooks fails in a way that is not known. */
  WEBHOOK_CALL_FAILED,
  /** A definition's conversion points to a Service that is not the manager's, or not there. */
  CONVERSION_TARGET_WRONG,
  /** A definition's conversion carries another CA than the certificate Secret. */
  CONVERSION_CA_STALE,
  /** The manager is Ready, and its webhooks are switched off: an unfinished run. */
  CONFIGURATIONS_PARKED,
  /** Webhooks are armed so that nobody depends on them: an unfinished run. */
  CONFIGURATIONS_ON_PROBATION,
  /** The webhook Service leads to the replicas of one template alone: an unfinished upgrade. */
  UPGRADE_UNFINISHED,
  /** The annotation {@code template} holds another list than the one that is armed, and wins. */
  TEMPLATE_STALE,
  /** Something adds selectors that the manager takes out again (the AKS admissions enforcer). */
  SELECTORS_REWRITTEN,
  /** Webhooks are switched off because their paths are those of an older manager. */
  WEBHOOK_PATHS_OUTDATED,
  /** The chart's own Job for uninstalling cannot run. */
  HELM_HOOK_FAILED,
  /** A policy refuses the daemon's Pods, most often for hostPath. */
  DAEMON_REFUSED_BY_POLICY,
  /** The daemon does not find the container runtime's socket. */
  DAEMON_SOCKET_MISSING,
  /** The daemon may not open the container runtime's socket. */
  DAEMON_SOCKET_DENIED,
  /** The container runtime speaks only an older version of its interface than the daemon. */
  DAEMON_CRI_OUTDATED,
  /** The container runtime does not serve the interface that the daemon needs. */
  DAEMON_RUNTIME_UNKNOWN,
  /** The daemon's container ends again and again for another reason. */
  DAEMON_CRASHING,
  /** The daemon does not run where it should for another reason. */
  DAEMON_NOT_READY,
  /** The manager's certificate expires soon. */
  CERTIFICATE_EXPIRING;

  /** The stable text form, such as {@code service-missing}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
