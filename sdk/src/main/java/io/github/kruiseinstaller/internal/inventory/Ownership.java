package io.github.kruiseinstaller.internal.inventory;

import io.github.kruiseinstaller.internal.ownership.KnownManagers;
import io.github.kruiseinstaller.internal.ownership.ManagedEntry;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Optional;

/** Whether a live object with the label of members is this library's, and nobody else's. */
public final class Ownership {
  private Ownership() {}

  /** Why a live object is not this library's to delete; empty when it is. */
  public static Optional<String> lacking(Manifest live) {
    List<ManagedEntry> entries =
        ManagedEntry.of(live).stream().filter(ManagedEntry::isPlain).toList();
    boolean ours =
        entries.stream()
            .anyMatch(
                entry ->
                    entry.isOurs()
                        && entry.isApplied()
                        && entry.fields().reaches("metadata", "labels", Inventory.PART_OF));
    if (!ours) {
      return Optional.of("it carries the label of members, but this library has not put it on");
    }
    return entries.stream()
        .filter(entry -> !(entry.isOurs() && entry.isApplied()) && installs(entry))
        .map(ManagedEntry::manager)
        .map(
            manager ->
                manager.equals(KnownManagers.UNKNOWN)
                    ? "somebody had made it before this library first applied it"
                    : "it is also installed by " + manager)
        .findFirst();
  }

  /** Whether this library applies a live object, or has written it whole. */
  public static boolean isShared(Manifest live) {
    return ManagedEntry.of(live).stream()
        .filter(ManagedEntry::isOurs)
        .anyMatch(entry -> entry.isApplied() || live.kind().endsWith("WebhookConfiguration"));
  }

  /** Whether others own fields of a live object, and this library none. */
  public static boolean isOthers(Manifest live) {
    return !isShared(live) && ManagedEntry.of(live).stream().anyMatch(ManagedEntry::isPlain);
  }

  private static boolean installs(ManagedEntry entry) {
    return entry.isApplied() || KnownManagers.isInstaller(entry.manager());
  }
}
