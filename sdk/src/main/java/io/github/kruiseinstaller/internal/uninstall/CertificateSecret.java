package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.live.LiveInstallation;
import io.github.kruiseinstaller.internal.ownership.HelmRecords;
import io.github.kruiseinstaller.internal.ownership.ManagedEntry;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whose the Secret with the manager's certificate is. With external certificates no release has it,
 * and the manager only reads it: a person or a certificate manager has made it.
 */
final class CertificateSecret {
  /** What the manager keeps its own CA under; who brings another one uses other names. */
  private static final Set<String> OF_THE_MANAGER = Set.of("ca-cert.pem", "ca-key.pem");

  private final LiveInstallation live;

  CertificateSecret(LiveInstallation live) {
    this.live = live;
  }

  /** Whether an object is that Secret, by its name. */
  boolean is(Manifest object) {
    ObjectRef ref = object.ref();
    return ref.equals(
            ObjectRef.namespaced(
                "v1", "Secret", live.location().namespace(), Release.CERTIFICATE_SECRET))
        || live.certificates()
            .orElse(Optional.empty())
            .filter(found -> found.ref().equals(ref))
            .isPresent();
  }

  /** Whether an object is that Secret, and others have made what is in it. */
  boolean isOfOthers(Manifest object) {
    return is(object)
        && (isOfACertificateManager(object)
            || !(isEmpty(object)
                || object.map("data").keySet().stream().anyMatch(OF_THE_MANAGER::contains)
                || isOfTheInstallation(object)));
  }

  /** Who hands out certificates would make it anew. */
  private static boolean isOfACertificateManager(Manifest secret) {
    return secret.annotations().keySet().stream()
        .anyMatch(key -> key.startsWith("cert-manager.io/"));
  }

  /** As a release brings it, and as it is until a manager has started. */
  private static boolean isEmpty(Manifest secret) {
    return secret.map("data").values().stream().allMatch(value -> "".equals(value));
  }

  private boolean isOfTheInstallation(Manifest secret) {
    return ChartObjects.isWrittenByTheManager(secret)
        || ManagedEntry.of(secret).stream().anyMatch(ManagedEntry::isOurs)
        || isOfItsHelmRelease(secret);
  }

  /** A release of Helm's that is not the manager's goes with other things, not with OpenKruise. */
  private boolean isOfItsHelmRelease(Manifest secret) {
    List<Manifest> core = new ArrayList<>(live.managers().orElse(List.of()));
    core.addAll(live.ownConfigurations());
    List<HelmRecords.Recorded> releases = HelmRecords.unread(core).releases();
    return HelmRecords.unread(List.of(secret)).releases().stream().anyMatch(releases::contains);
  }
}
