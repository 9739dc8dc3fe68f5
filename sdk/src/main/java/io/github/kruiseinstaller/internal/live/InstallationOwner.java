package io.github.kruiseinstaller.internal.live;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.ownership.KnownManagers;
import io.github.kruiseinstaller.internal.ownership.ManagedEntry;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;

/**
 * Which tool has made an object, as its annotations and field managers tell.
 *
 * @param text the tool for people: {@code the Helm release kruise in kruise-system}
 * @param isThisInstaller whether it was this one and no other
 * @param evidence what tells
 */
public record InstallationOwner(String text, boolean isThisInstaller, List<String> evidence) {
  private static final String HELM_NAME = "meta.helm.sh/release-name";
  private static final String HELM_NAMESPACE = "meta.helm.sh/release-namespace";

  /** Copies the evidence. */
  public InstallationOwner {
    evidence = List.copyOf(evidence);
  }

  /** The owner of a live object. */
  public static InstallationOwner of(Manifest live) {
    List<String> managers =
        ManagedEntry.of(live).stream()
            .filter(ManagedEntry::isPlain)
            .map(ManagedEntry::manager)
            .filter(manager -> !manager.isEmpty() && !KnownManagers.isController(manager))
            .distinct()
            .toList();
    List<String> evidence = List.of(live.ref() + " has the field managers " + managers);
    String release = live.annotations().get(HELM_NAME);
    boolean ours = managers.equals(List.of(Cluster.FIELD_MANAGER));
    if (release != null && !ours) {
      String namespace = live.annotations().getOrDefault(HELM_NAMESPACE, "an unknown namespace");
      return new InstallationOwner(
          "the Helm release " + release + " in " + namespace, false, evidence);
    }
    if (managers.stream().anyMatch(manager -> manager.startsWith("kubectl"))) {
      return new InstallationOwner("kubectl", false, evidence);
    }
    return new InstallationOwner(
        managers.isEmpty() ? "a tool that leaves no name" : String.join(", ", managers),
        ours,
        evidence);
  }
}
