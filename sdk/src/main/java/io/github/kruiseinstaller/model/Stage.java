package io.github.kruiseinstaller.model;

/** The stages of a run, in the order in which they happen. */
public enum Stage {
  /** The release is read and validated, and the customisation applied. */
  LOAD("load"),
  /** The live state is read and the changes are worked out. Writes nothing. */
  PLAN("plan"),
  /**
   * Armed webhook configurations that nobody answers, or whose manager is about to be replaced, go
   * back to parked, in one write each.
   */
  DISARM("disarm"),
  /**
   * Take-over only: the fields of objects that somebody else has made become this library's, in
   * {@code metadata.managedFields} and nowhere else. The manager's Deployment comes last.
   */
  TAKE_OVER("take-over"),
  /** The release's namespaces exist and carry the label that the armed selectors look for. */
  NAMESPACE("namespace"),
  /** Which kinds of objects belong to the installation, and where, is recorded in the cluster. */
  INVENTORY("inventory"),
  /** The custom resource definitions are applied and Established. */
  CRDS("crds"),
  /** Identities, RBAC, Service, certificate Secret and the parked webhook configurations. */
  PARK("park"),
  /** The manager's Deployment and the daemon's DaemonSet are applied. */
  MANAGER("manager"),
  /**
   * No replica of an older manager is left, and a first one of the release is Ready. In an upgrade
   * beside a serving manager the old replicas stay, and every new one is Ready.
   */
  ROLLOUT("rollout"),
  /**
   * Upgrade beside a serving manager only: the Service leads to the new manager's Pods alone, and
   * the API server has let go of its connections to the old ones, which still run.
   */
  CUT_OVER("cut-over"),
  /** The API server itself reaches the manager over trusted TLS. */
  PROVE("prove"),
  /**
   * Upgrade beside a serving manager only: the old manager's Pods end, and then the Service selects
   * as the release has it.
   */
  RETIRE("retire"),
  /**
   * The real webhook lists are switched on, in one write per configuration, and on probation: a
   * request that the manager does not answer is let through.
   */
  ARM("arm"),
  /**
   * Every replica of the manager is Ready and stays so, and the webhooks get the release's
   * failurePolicy and time-outs: from here on a request that nobody answers is refused.
   */
  ENFORCE("enforce"),
  /** The armed webhooks answer as they should, and the daemon's state is known. */
  VERIFY("verify"),
  /**
   * Take-over only: Helm's record goes, where that was asked for, and then the webhook
   * configurations change hands. Until then they tell the next run that there is something left.
   */
  SETTLE("settle"),
  /** Objects that an earlier run installed, and that the release has no more, are deleted. */
  PRUNE("prune"),
  /** What belongs to an installation that is to go, and what stands in the way. Writes nothing. */
  SURVEY("survey"),
  /** Custom resources are deleted, while the manager runs and takes their finalizers off. */
  CUSTOM_RESOURCES("custom-resources"),
  /** The API server itself shows that it calls the disarmed webhooks no more, and admits a Pod. */
  ADMIT("admit"),
  /** The manager and the daemon are deleted, and the manager's Pods are gone. */
  REMOVE_MANAGER("remove-manager"),
  /** Identities, RBAC, Service, Secret, configurations and what the manager made are deleted. */
  REMOVE_OBJECTS("remove-objects"),
  /** The custom resource definitions are deleted and gone. */
  REMOVE_DEFINITIONS("remove-definitions"),
  /** Namespaces that hold nothing any more are deleted and gone. */
  REMOVE_NAMESPACES("remove-namespaces");

  private final String id;

  Stage(String id) {
    this.id = id;
  }

  /** Whether only runs that uninstall have this stage. */
  public boolean isOfUninstall() {
    return compareTo(SURVEY) >= 0;
  }

  /** The stable name in JSON, logs and messages. */
  public String id() {
    return id;
  }

  @Override
  public String toString() {
    return id;
  }
}
