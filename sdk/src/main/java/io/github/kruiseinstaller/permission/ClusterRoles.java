package io.github.kruiseinstaller.permission;

import io.github.kruiseinstaller.internal.planner.Permission;
import io.github.kruiseinstaller.internal.planner.Permissions;
import io.github.kruiseinstaller.internal.planner.UninstallPermissions;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.TakeOver;
import io.github.kruiseinstaller.plan.PruneOptions;
import io.github.kruiseinstaller.release.Release;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The smallest ClusterRoles under which the verbs of an installer do all that they can. Names of
 * objects are part of the rules wherever RBAC allows it: creating, listing and watching cannot be
 * narrowed down so, and neither can a dry run be told from a write.
 */
public final class ClusterRoles {
  /** The name of the role that only looks. */
  public static final String LOOKING = "kruise-installer-looking";

  /** The name of the role that mends without a release. */
  public static final String REPAIRING = "kruise-installer-repairing";

  /** The name of the role that uninstalls. */
  public static final String UNINSTALLING = "kruise-installer-uninstalling";

  /** The name of the role that installs. */
  public static final String INSTALLING = "kruise-installer";

  private ClusterRoles() {}

  /**
   * For {@code verify()} and {@code diagnose()} without a release: reads, and dry runs of Pods and
   * CloneSets.
   */
  public static Manifest looking() {
    return role(LOOKING, Permissions.looking(), List.of());
  }

  /** For {@code verify()}, {@code diagnose()} and {@code repair()} without a release. */
  public static Manifest repairing() {
    return role(REPAIRING, Permissions.repairing(), List.of());
  }

  /**
   * For {@code uninstall()} with every option, and for {@code verify()} and {@code diagnose()}. It
   * may delete every custom resource of OpenKruise, every Secret, whose names nobody knows
   * beforehand, and every namespace; hand it out for as long as it is needed.
   *
   * <p>It lists no custom resources of others. Where the cluster has such kinds, nobody can tell
   * under this role alone whether a namespace is empty: {@code removeNamespaces()} leaves it, and
   * says which kinds were not seen. Grant {@code list} on them, too, where namespaces are to go.
   */
  public static Manifest uninstalling() {
    return role(
        UNINSTALLING,
        UninstallPermissions.uninstalling(),
        List.of(
            Map.of(
                "apiGroups",
                List.of("apps.kruise.io", "policy.kruise.io"),
                "resources",
                List.of("*"),
                "verbs",
                List.of("get", "list", "watch", "delete"))));
  }

  /**
   * For every verb with a release but {@code uninstall()}. Kubernetes lets nobody grant what he
   * does not hold, so the role may {@code escalate} the roles of the release, by their names.
   */
  public static Manifest installing(Release release) {
    return installing(release, null);
  }

  /**
   * The same for an installer that may take over what somebody else made: it also looks for Helm's
   * records, and deletes them where that was asked for. Their names nobody knows beforehand, so
   * that it may list, or delete, every Secret and ConfigMap; hand it out for as long as it is
   * needed.
   *
   * @param takeOver what the installer's option says, or null when it was not given
   */
  public static Manifest installing(Release release, @Nullable TakeOver takeOver) {
    return installing(release, takeOver, PruneOptions.defaults());
  }

  /**
   * The same for an installer that deletes objects by their names: it also lists their kinds, and
   * gets and deletes them.
   *
   * @param takeOver what the installer's option says, or null when it was not given
   * @param prune what the installer's option says
   */
  public static Manifest installing(
      Release release, @Nullable TakeOver takeOver, PruneOptions prune) {
    Set<Permission> permissions = installation(release);
    permissions.addAll(Permissions.escalating(release));
    permissions.addAll(Permissions.takingOver(takeOver));
    permissions.addAll(Permissions.pruning(prune));
    return role(INSTALLING, permissions, List.of());
  }

  /**
   * The same for clusters where nobody may {@code escalate}: the role holds every rule that the
   * release grants. It can do more than the other one, and no more than the manager itself.
   */
  public static Manifest installingWithoutEscalation(Release release) {
    return role(INSTALLING, installation(release), RoleRules.grantedBy(release));
  }

  /** A role as a YAML document. */
  public static String yaml(Manifest role) {
    return RoleText.yaml(role);
  }

  private static Set<Permission> installation(Release release) {
    Set<Permission> permissions = new LinkedHashSet<>(Permissions.of(release));
    permissions.addAll(Permissions.helpful(release));
    permissions.addAll(Permissions.looking(release));
    permissions.addAll(Permissions.binding(release));
    return permissions;
  }

  private static Manifest role(
      String name, Set<Permission> permissions, List<Map<String, @Nullable Object>> more) {
    List<Map<String, @Nullable Object>> rules = RoleRules.of(permissions);
    rules.addAll(more);
    return Manifest.of(
        Map.of(
            "apiVersion",
            "rbac.authorization.k8s.io/v1",
            "kind",
            "ClusterRole",
            "metadata",
            Map.of("name", name),
            "rules",
            rules));
  }
}
