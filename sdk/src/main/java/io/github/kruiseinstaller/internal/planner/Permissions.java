package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.inventory.Inventory;
import io.github.kruiseinstaller.internal.lock.InstallationLock;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.plan.ChangeAction;
import io.github.kruiseinstaller.plan.PlannedChange;
import io.github.kruiseinstaller.plan.PlannedStage;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.Release;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which permissions an installation takes. */
public final class Permissions {
  /** What a server-side apply takes, in dry run too. */
  private static final List<String> APPLY = List.of("get", "patch");

  /** What parking, arming and disarming take. */
  private static final List<String> REPLACE = List.of("get", "update");

  private static final Set<ChangeAction> DELETING = Set.of(ChangeAction.DELETE, ChangeAction.PRUNE);
  private static final Set<ChangeAction> CREATING = Set.of(ChangeAction.CREATE, ChangeAction.PARK);

  private static final String ADMISSION = "admissionregistration.k8s.io/v1";

  private Permissions() {}

  /** What carrying out a plan takes. */
  public static Set<Permission> of(PreparedPlan prepared) {
    Set<Permission> needed = new LinkedHashSet<>();
    for (PlannedStage stage : prepared.plan().stages()) {
      for (PlannedChange change : stage.changes()) {
        if (DELETING.contains(change.action())) {
          needed.add(Permission.on("get", change.object()));
          needed.add(Permission.on("delete", change.object()));
        } else if (change.action().writes()) {
          addWrites(needed, change.object(), CREATING.contains(change.action()));
        }
      }
    }
    if (prepared.plan().stage(Stage.CUT_OVER).isPresent()) {
      addUpgrading(needed, prepared.release());
    }
    if (!prepared.plan().isNoOp()) {
      needed.addAll(locking(prepared.release().namespace()));
    }
    if (prepared.plan().stage(Stage.VERIFY).isPresent()) {
      addWaiting(needed, prepared.release());
    }
    return needed;
  }

  /** What planning and installing a release takes in a cluster that has nothing of it. */
  public static Set<Permission> of(Release release) {
    Set<Permission> needed = new LinkedHashSet<>();
    needed.add(Permission.onAny("list", "v1", "Namespace", null));
    release.manifests().stream().map(Manifest::ref).forEach(ref -> addWrites(needed, ref, true));
    addWrites(needed, Inventory.ref(release.namespace()), true);
    needed.addAll(locking(release.namespace()));
    addWaiting(needed, release);
    return needed;
  }

  /**
   * What the lock takes that keeps installers apart.
   *
   * @param namespace the installation's, or null for whichever it is
   */
  public static Set<Permission> locking(@Nullable String namespace) {
    ObjectRef lease =
        new ObjectRef(
            InstallationLock.API_VERSION, InstallationLock.KIND, namespace, InstallationLock.NAME);
    Set<Permission> locking = new LinkedHashSet<>();
    locking.add(Permission.on("get", lease));
    locking.add(Permission.on("update", lease));
    locking.add(Permission.onAny("create", lease.apiVersion(), lease.kind(), namespace));
    return locking;
  }

  /** What finding Helm's records takes, and deleting them. */
  public static Set<Permission> takingOver(@Nullable TakeOver takeOver) {
    Set<Permission> taking = new LinkedHashSet<>();
    if (takeOver == null) {
      return taking;
    }
    for (String kind : List.of("Secret", "ConfigMap")) {
      taking.add(Permission.onAny("list", "v1", kind, null));
      if (takeOver == TakeOver.REMOVE_HELM_RECORD) {
        taking.add(Permission.onAny("get", "v1", kind, null));
        taking.add(Permission.onAny("delete", "v1", kind, null));
      }
    }
    return taking;
  }

  /** What finding and deleting the objects takes that prune options name. */
  public static Set<Permission> pruning(PruneOptions options) {
    return PrunePermissions.of(options);
  }

  /**
   * What an installation makes use of where it has it: a stronger proof, looks into why something
   * does not start. Without them a run works, and tells less. An end to back-offs is in it too,
   * which only a plan needs that shows one.
   */
  public static Set<Permission> helpful(Release release) {
    String namespace = release.namespace();
    Set<Permission> helpful = new LinkedHashSet<>(PrunePermissions.of(release));
    for (String verb : List.of("create", "get", "delete")) {
      helpful.add(Permission.onAny(verb, ADMISSION, "ValidatingWebhookConfiguration", null));
    }
    helpful.add(Permission.onAny("create", "v1", "Pod", null));
    helpful.add(Permission.onAny("create", "apps.kruise.io/v1alpha1", "CloneSet", null));
    helpful.add(Permission.onAny("list", "v1", "Pod", namespace));
    helpful.add(new Permission("get", any("v1", "Pod", namespace), "log"));
    helpful.add(Permission.onAny("list", "v1", "Event", namespace));
    helpful.add(Permission.onAny("list", "apps/v1", "ReplicaSet", namespace));
    for (String verb : APPLY) {
      helpful.add(Permission.onAny(verb, "apps/v1", "ReplicaSet", namespace));
    }
    helpful.add(Permission.onAny("list", "discovery.k8s.io/v1", "EndpointSlice", namespace));
    helpful.add(Permission.onAny("watch", "apps/v1", "ReplicaSet", namespace));
    helpful.add(Permission.onAny("watch", "v1", "Pod", namespace));
    helpful.add(new Permission("get", any("v1", "Pod", namespace), "proxy"));
    helpful.add(Permission.on("update", release.certificateSecretRef()));
    release
        .daemon()
        .map(Manifest::ref)
        .ifPresent(
            daemon -> {
              helpful.add(Permission.on("list", daemon));
              helpful.add(Permission.on("watch", daemon));
            });
    return helpful;
  }

  /**
   * What looking at a cluster takes, before an installation and after: reads, and dry runs of Pods
   * and CloneSets, which RBAC cannot tell from real ones.
   */
  public static Set<Permission> looking() {
    Set<Permission> looking = new LinkedHashSet<>();
    for (String kind :
        List.of("Namespace", "Node", "Pod", "Service", "Event", "ResourceQuota", "LimitRange")) {
      looking.add(Permission.onAny("list", "v1", kind, null));
    }
    for (String kind : List.of("Deployment", "ReplicaSet", "DaemonSet")) {
      looking.add(Permission.onAny("list", "apps/v1", kind, null));
    }
    looking.add(Permission.onAny("list", ADMISSION, "MutatingWebhookConfiguration", null));
    looking.add(Permission.onAny("list", ADMISSION, "ValidatingWebhookConfiguration", null));
    looking.add(
        Permission.onAny("list", "apiextensions.k8s.io/v1", "CustomResourceDefinition", null));
    looking.add(Permission.onAny("list", "discovery.k8s.io/v1", "EndpointSlice", null));
    looking.add(Permission.onAny("list", "apiregistration.k8s.io/v1", "APIService", null));
    for (String configuration :
        List.of(Release.MUTATING_CONFIGURATION, Release.VALIDATING_CONFIGURATION)) {
      String kind =
          configuration.equals(Release.MUTATING_CONFIGURATION)
              ? "MutatingWebhookConfiguration"
              : "ValidatingWebhookConfiguration";
      looking.add(Permission.on("get", ObjectRef.cluster(ADMISSION, kind, configuration)));
    }
    looking.add(Permission.on("get", ObjectRef.cluster("v1", "ConfigMap", Inventory.NAME)));
    looking.add(Permission.onAny("get", "v1", "Namespace", null));
    looking.add(Permission.onAny("get", "v1", "Service", null));
    looking.add(
        Permission.on("get", ObjectRef.cluster("v1", "Secret", Release.CERTIFICATE_SECRET)));
    looking.add(new Permission("get", any("v1", "Pod", null), "log"));
    looking.add(Permission.onAny("create", "v1", "Pod", null));
    looking.add(Permission.onAny("create", "apps.kruise.io/v1alpha1", "CloneSet", null));
    return looking;
  }

  /**
   * What mending takes without a release, where objects have the names that they have in every
   * chart: to disarm, prove and arm, and to change what can be the cause.
   */
  public static Set<Permission> repairing() {
    Set<Permission> repairing = new LinkedHashSet<>(looking());
    repairing.addAll(locking(null));
    repairing.add(
        Permission.on(
            "update",
            ObjectRef.cluster(
                ADMISSION, "MutatingWebhookConfiguration", Release.MUTATING_CONFIGURATION)));
    repairing.add(
        Permission.on(
            "update",
            ObjectRef.cluster(
                ADMISSION, "ValidatingWebhookConfiguration", Release.VALIDATING_CONFIGURATION)));
    repairing.add(Permission.onAny("create", ADMISSION, "MutatingWebhookConfiguration", null));
    for (String verb : List.of("create", "get", "delete")) {
      repairing.add(Permission.onAny(verb, ADMISSION, "ValidatingWebhookConfiguration", null));
    }
    List<ObjectRef> mended =
        List.of(
            any("v1", "Namespace", null),
            any("apps/v1", "ReplicaSet", null),
            any("apiextensions.k8s.io/v1", "CustomResourceDefinition", null),
            ObjectRef.cluster("apps/v1", "Deployment", "kruise-controller-manager"),
            ObjectRef.cluster("apps/v1", "DaemonSet", "kruise-daemon"),
            ObjectRef.cluster("v1", "Service", "kruise-webhook-service"),
            ObjectRef.cluster("v1", "Secret", Release.CERTIFICATE_SECRET));
    for (ObjectRef object : mended) {
      repairing.add(Permission.on("get", object));
      repairing.add(Permission.on("patch", object));
    }
    for (String kind : List.of("Service", "Secret", "ServiceAccount")) {
      repairing.add(Permission.onAny("create", "v1", kind, null));
    }
    for (String verb : List.of("get", "patch")) {
      repairing.add(Permission.onAny(verb, "v1", "ServiceAccount", null));
    }
    for (String kind : List.of("Deployment", "DaemonSet")) {
      repairing.add(Permission.onAny("watch", "apps/v1", kind, null));
    }
    repairing.add(
        Permission.onAny("watch", "apiextensions.k8s.io/v1", "CustomResourceDefinition", null));
    return repairing;
  }

  /**
   * What looking for the objects of a release takes beside: Secrets by their names, because they
   * are all that is asked of them.
   */
  public static Set<Permission> looking(Release release) {
    Set<Permission> looking = new LinkedHashSet<>(looking());
    looking.add(Permission.on("get", release.certificateSecretRef()));
    pullSecrets(release)
        .forEach(
            name ->
                looking.add(
                    Permission.on(
                        "get", ObjectRef.namespaced("v1", "Secret", release.namespace(), name))));
    return looking;
  }

  /** The pull secrets that the manager's Pods name. */
  public static List<String> pullSecrets(Release release) {
    return release.managerDeployment().maps("spec", "template", "spec", "imagePullSecrets").stream()
        .flatMap(secret -> Stream.ofNullable(Trees.text(secret, "name")))
        .toList();
  }

  /** To give out what the roles of a release hold without holding it: {@code escalate}. */
  public static Set<Permission> escalating(Release release) {
    Set<Permission> escalating = new LinkedHashSet<>();
    release.manifests().stream()
        .filter(manifest -> manifest.isKind("ClusterRole") || manifest.isKind("Role"))
        .forEach(role -> escalating.add(Permission.on("escalate", role.ref())));
    return escalating;
  }

  /** To bind the roles of a release before they are there to be looked up: {@code bind}. */
  public static Set<Permission> binding(Release release) {
    Set<Permission> binding = new LinkedHashSet<>();
    for (Manifest manifest : release.manifests()) {
      String role = manifest.text("roleRef", "name");
      String kind = manifest.text("roleRef", "kind");
      if (manifest.kind().endsWith("RoleBinding") && role != null && kind != null) {
        binding.add(
            Permission.on(
                "bind",
                new ObjectRef(
                    "rbac.authorization.k8s.io/v1",
                    kind,
                    kind.equals("Role") ? manifest.namespace() : null,
                    role)));
      }
    }
    return binding;
  }

  private static ObjectRef any(String apiVersion, String kind, @Nullable String namespace) {
    return new ObjectRef(apiVersion, kind, namespace, Permission.ANY);
  }

  private static void addWrites(Set<Permission> needed, ObjectRef object, boolean creates) {
    boolean configuration = object.kind().endsWith("WebhookConfiguration");
    for (String verb : configuration ? REPLACE : APPLY) {
      needed.add(Permission.on(verb, object));
    }
    if (creates) {
      needed.add(
          Permission.onAny("create", object.apiVersion(), object.kind(), object.namespace()));
    }
  }

  /** What telling old replicas from new ones takes, and making API servers dial anew. */
  private static void addUpgrading(Set<Permission> needed, Release release) {
    String namespace = release.namespace();
    needed.add(Permission.onAny("list", "apps/v1", "ReplicaSet", namespace));
    needed.add(Permission.onAny("list", "v1", "Pod", namespace));
    needed.add(Permission.onAny("list", "discovery.k8s.io/v1", "EndpointSlice", namespace));
    needed.add(Permission.on("update", release.certificateSecretRef()));
  }

  private static void addWaiting(Set<Permission> needed, Release release) {
    String namespace = release.namespace();
    for (String verb : List.of("list", "watch")) {
      needed.add(
          Permission.onAny(verb, "apiextensions.k8s.io/v1", "CustomResourceDefinition", null));
      // What lives in the cluster instead of a release may lack it.
      release.manifests().stream()
          .filter(manifest -> manifest.isKind("Deployment"))
          .forEach(deployment -> needed.add(Permission.on(verb, deployment.ref())));
    }
    needed.add(Permission.on("get", release.certificateSecretRef()));
    needed.add(Permission.onAny("create", "v1", "Pod", namespace));
    needed.add(Permission.onAny("list", ADMISSION, "ValidatingWebhookConfiguration", null));
  }
}
