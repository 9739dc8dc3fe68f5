package io.github.kruiseinstaller.testkit.internal.kruise;

/**
 * Which objects, whatever the version.
 *
 * @param group empty for the core group
 * @param name the plural
 */
record Plural(String group, String name) {
  static final String APPS = "apps.kruise.io";
  static final String POLICY = "policy.kruise.io";

  static final Plural SECRETS = new Plural("", "secrets");
  static final Plural PODS = new Plural("", "pods");
  static final Plural NODES = new Plural("", "nodes");
  static final Plural NAMESPACES = new Plural("", "namespaces");
  static final Plural EVENTS = new Plural("", "events");
  static final Plural CLAIMS = new Plural("", "persistentvolumeclaims");
  static final Plural LEASES = new Plural("coordination.k8s.io", "leases");
  static final Plural REVISIONS = new Plural("apps", "controllerrevisions");
  static final Plural DEFINITIONS = new Plural("apiextensions.k8s.io", "customresourcedefinitions");
  static final Plural MUTATING =
      new Plural("admissionregistration.k8s.io", "mutatingwebhookconfigurations");
  static final Plural VALIDATING =
      new Plural("admissionregistration.k8s.io", "validatingwebhookconfigurations");
  static final Plural CLONE_SETS = new Plural(APPS, "clonesets");
  static final Plural STATEFUL_SETS = new Plural(APPS, "statefulsets");
  static final Plural DAEMON_SETS = new Plural(APPS, "daemonsets");
  static final Plural SIDECAR_SETS = new Plural(APPS, "sidecarsets");
  static final Plural NODE_IMAGES = new Plural(APPS, "nodeimages");
  static final Plural NODE_POD_PROBES = new Plural(APPS, "nodepodprobes");
  static final Plural BUDGETS = new Plural(POLICY, "podunavailablebudgets");

  /** Such as {@code clonesets.apps.kruise.io}. */
  String groupResource() {
    return group.isEmpty() ? name : name + "." + group;
  }
}
