package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.live.NamespaceMark;
import io.github.kruiseinstaller.internal.ownership.KnownManagers;
import io.github.kruiseinstaller.internal.ownership.ManagedEntry;
import io.github.kruiseinstaller.model.Manifest;
import java.util.Optional;

/** Who has made a namespace, as its managed fields and this library's own mark tell. */
final class NamespaceOrigin {
  /** Every namespace gets it at its creation, and whoever creates without applying owns it. */
  private static final String NAME_LABEL = "kubernetes.io/metadata.name";

  private NamespaceOrigin() {}

  /** Who else has made a namespace, or empty when it was this library. */
  static Optional<String> foreign(Manifest namespace) {
    Optional<String> other =
        ManagedEntry.of(namespace).stream()
            .filter(entry -> entry.isPlain() && !entry.isOurs())
            .filter(
                entry ->
                    entry.isApplied() || entry.fields().reaches("metadata", "labels", NAME_LABEL))
            .map(ManagedEntry::manager)
            .map(manager -> manager.equals(KnownManagers.UNKNOWN) ? "somebody else" : manager)
            .findFirst();
    if (other.isPresent()) {
      return other;
    }
    return NamespaceMark.isOn(namespace) ? Optional.empty() : Optional.of("somebody else");
  }
}
