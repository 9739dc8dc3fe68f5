package io.github.kruiseinstaller.internal.ownership;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.plan.InstallationMaker;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who has made what lives of an installation, as its core shows: the manager's Deployment, the
 * webhook Service and the webhook configurations. Everything else may be there for other reasons:
 * namespaces that somebody made beforehand, definitions that an earlier installation has left.
 *
 * @param core the objects of the core that live
 * @param foreign those of them that carry no trace of this library
 * @param makers the field managers of the tools that made them, this library left out
 */
public record Claim(List<Manifest> core, List<Manifest> foreign, Set<String> makers) {
  /** Copies. */
  public Claim {
    core = List.copyOf(core);
    foreign = List.copyOf(foreign);
    makers = Set.copyOf(makers);
  }

  /** Looks at the live objects of a release. */
  public static Claim of(Release release, Map<ObjectRef, Manifest> live) {
    List<Manifest> core =
        Stream.concat(
                Stream.of(release.managerDeployment(), release.webhookService()),
                release.webhookConfigurations().stream())
            .flatMap(each -> Stream.ofNullable(live.get(each.ref())))
            .toList();
    Set<String> makers = new TreeSet<>();
    for (Manifest object : core) {
      ManagedEntry.of(object).stream()
          .filter(entry -> isMaker(object, entry))
          .map(ManagedEntry::manager)
          .forEach(makers::add);
    }
    return new Claim(core, core.stream().filter(Claim::isForeign).toList(), makers);
  }

  /** Whether somebody else has made the installation, or what is left of it. */
  public boolean isOfOthers() {
    return !foreign.isEmpty();
  }

  /** Whether somebody else has a hand in it, now or still. */
  public boolean isShared() {
    return isOfOthers() || !makers.isEmpty();
  }

  /** Whether this library has written part of what somebody else made. */
  public boolean isPartlyOurs() {
    return isOfOthers()
        && core.stream()
            .flatMap(object -> ManagedEntry.of(object).stream())
            .anyMatch(entry -> entry.manager().equals(Cluster.FIELD_MANAGER));
  }

  /** What kind of tool made it. */
  public InstallationMaker madeBy() {
    if (core.stream().anyMatch(each -> each.annotations().containsKey(Marks.HELM_NAME))) {
      return InstallationMaker.HELM;
    }
    boolean copied =
        core.stream().anyMatch(each -> each.annotations().containsKey(Marks.LAST_APPLIED));
    if (copied || makers.contains(KnownManagers.KUBECTL_APPLY)) {
      return InstallationMaker.KUBECTL_APPLY;
    }
    return makers.contains(KnownManagers.KUBECTL_SERVER_SIDE)
        ? InstallationMaker.KUBECTL_SERVER_SIDE_APPLY
        : InstallationMaker.OTHER;
  }

  /** What tells, one line an object. */
  public List<String> evidence() {
    List<String> lines = new ArrayList<>();
    for (Manifest object : core) {
      List<String> managers =
          ManagedEntry.of(object).stream()
              .filter(ManagedEntry::isPlain)
              .map(entry -> entry.manager() + " (" + entry.operation() + ")")
              .distinct()
              .toList();
      lines.add(
          object.ref()
              + (managers.isEmpty()
                  ? " has no field managers"
                  : " has the field managers " + String.join(", ", managers)));
    }
    return lines;
  }

  /**
   * Whether an object carries no trace of this library. What is applied has an entry of ours for
   * that; a repair only ever updates it. Configurations are replaced, by a repair as well.
   */
  private static boolean isForeign(Manifest object) {
    boolean configuration = object.kind().endsWith("WebhookConfiguration");
    return ManagedEntry.of(object).stream()
        .noneMatch(
            entry ->
                entry.isOurs(ManagedEntry.APPLY)
                    || (configuration && entry.isOurs(ManagedEntry.UPDATE)));
  }

  private static boolean isMaker(Manifest object, ManagedEntry entry) {
    String manager = entry.manager();
    if (!entry.isPlain()
        || manager.equals(Cluster.FIELD_MANAGER)
        || KnownManagers.isController(manager)
        || KnownManagers.isByHand(manager)) {
      return false;
    }
    // A Deployment's selector can never be changed: whoever owns it has made the object.
    return entry.operation().equals(ManagedEntry.APPLY)
        || KnownManagers.isInstaller(manager)
        || entry.fields().reaches("metadata", "annotations", Marks.HELM_NAME)
        || (object.isKind("Deployment") && entry.fields().reaches("spec", "selector"));
  }
}
