package io.github.kruiseinstaller.error;

/**
 * Stable codes of failures. A code never changes its meaning; programs may branch on it. The text
 * form is {@link #id()}.
 */
public enum FailureCode {
  /** The release cannot be read, is incomplete or is malformed. */
  RELEASE_INVALID,
  /** The release cannot be found or fetched. */
  RELEASE_UNAVAILABLE,
  /** The helm executable is absent, too old or failed. */
  HELM_FAILED,
  /** An option or a customisation does not fit the release. */
  OPTION_INVALID,
  /** No cluster could be found: no kubeconfig, a broken one, or no reachable server. */
  CLUSTER_UNREACHABLE,
  /** The API server does not accept who we are (401). */
  UNAUTHENTICATED,
  /** The API server denies something that the run needs (403). */
  PERMISSION_DENIED,
  /** The API server refuses an object as it is (400, 413, 422). */
  OBJECT_REJECTED,
  /** The version that is installed cannot become the release's in one step. */
  UPGRADE_PATH_UNSUPPORTED,
  /** Custom resources are stored in a version that the release's definitions lack. */
  STORED_VERSION_MISSING,
  /**
   * Somebody else made the installation that lives: Helm, kubectl, or another tool. It is taken
   * over only where the options say so; who made it and which option that is are named. One in
   * another namespace stands in the way whoever made it.
   */
  INSTALLED_BY_OTHERS,
  /** An object changes all the time under our hands, or belongs to someone else. */
  CONFLICT,
  /** A webhook of another vendor, or a policy, refuses an object. */
  ADMISSION_DENIED,
  /** A webhook of another vendor does not answer. */
  FOREIGN_WEBHOOK_FAILED,
  /** A custom resource definition does not become Established. */
  CRD_NOT_ESTABLISHED,
  /** The namespace is being deleted. */
  NAMESPACE_TERMINATING,
  /** The manager's own namespace would be intercepted by the webhooks about to be armed. */
  OWN_NAMESPACE_INTERCEPTED,
  /** The manager's image cannot be pulled. */
  IMAGE_PULL_FAILED,
  /** The manager's container ends again and again. */
  CONTAINER_CRASHING,
  /** No node takes the manager's pods. */
  UNSCHEDULABLE,
  /** The manager's pods are refused at creation, by a quota, a policy or a webhook. */
  PODS_NOT_CREATED,
  /** The manager runs and does not become Ready. */
  MANAGER_NOT_READY,
  /** The manager's certificate is absent or unusable. */
  CERTIFICATE_UNUSABLE,
  /** The API server cannot reach the manager, or does not trust it. */
  PROOF_FAILED,
  /** The webhooks do not answer as they must; what this run armed was disarmed. */
  VERIFICATION_FAILED,
  /** A repair has found something that only a person can mend; the report says what. */
  NOT_REPAIRABLE,
  /** Custom resources exist, and nobody has said what is to become of them. */
  CUSTOM_RESOURCES_EXIST,
  /** An object that is to go carries a label that protects it from deletion. */
  DELETION_PROTECTED,
  /** An object that is being deleted waits for a finalizer that nobody takes off. */
  FINALIZERS_STUCK,
  /** The live state has moved on since the plan was made. */
  PLAN_STALE,
  /**
   * Another installer is at work in the same namespace; who, since when and until when is named.
   */
  LOCKED,
  /** The installation lock came into other hands while the run went on; it wrote nothing since. */
  LOCK_LOST,
  /** The deadline passed while waiting; the object and its last state are named. */
  TIMEOUT,
  /** Somebody cancelled the run, or interrupted the thread. */
  CANCELLED,
  /** An error inside this library; please report it. */
  INTERNAL;

  /** The stable text form: lower case with hyphens, such as {@code image-pull-failed}. */
  public String id() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
