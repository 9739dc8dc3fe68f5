package io.github.kruiseinstaller.internal.inventory;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a live object with the label of members is this library's, and nobody else's. */
public final class Ownership {
  private static final String APPLY = "Apply";

  /** Those that write whole objects without applying them. */
  private static final List<String> OTHER_INSTALLERS =
      List.of("helm", "kubectl-client-side-apply", "kubectl-create", "kubectl-replace");

  private Ownership() {}

  /** Why a live object is not this library's to delete; empty when it is. */
  public static Optional<String> lacking(Manifest live) {
    List<Map<String, @Nullable Object>> entries =
        live.maps("metadata", "managedFields").stream()
            .filter(entry -> !entry.containsKey("subresource"))
            .toList();
    boolean ours = entries.stream().anyMatch(entry -> isOurs(entry) && ownsLabel(entry));
    if (!ours) {
      return Optional.of("it carries the label of members, but this library has not put it on");
    }
    return entries.stream()
        .filter(entry -> !isOurs(entry) && installs(entry))
        .map(entry -> "it is also installed by " + Trees.text(entry, "manager"))
        .findFirst();
  }

  /** Whether this library applies a live object, or has written it whole. */
  public static boolean isShared(Manifest live) {
    return live.maps("metadata", "managedFields").stream()
        .filter(entry -> Cluster.FIELD_MANAGER.equals(Trees.text(entry, "manager")))
        .anyMatch(entry -> applies(entry) || live.kind().endsWith("WebhookConfiguration"));
  }

  /** Whether others own fields of a live object, and this library none. */
  public static boolean isOthers(Manifest live) {
    return !isShared(live)
        && live.maps("metadata", "managedFields").stream()
            .anyMatch(entry -> !entry.containsKey("subresource"));
  }

  private static boolean isOurs(Map<String, @Nullable Object> entry) {
    return Cluster.FIELD_MANAGER.equals(Trees.text(entry, "manager")) && applies(entry);
  }

  private static boolean ownsLabel(Map<String, @Nullable Object> entry) {
    return Trees.map(entry, "fieldsV1", "f:metadata", "f:labels")
        .containsKey("f:" + Inventory.PART_OF);
  }

  private static boolean installs(Map<String, @Nullable Object> entry) {
    String manager = String.valueOf(Trees.text(entry, "manager"));
    return applies(entry) || OTHER_INSTALLERS.stream().anyMatch(manager::equalsIgnoreCase);
  }

  private static boolean applies(Map<String, @Nullable Object> entry) {
    return APPLY.equals(Trees.text(entry, "operation"));
  }
}
