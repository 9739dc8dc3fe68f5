package io.github.kruiseinstaller.internal.uninstall;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.live.NamespaceMark;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who has made a namespace, as its managed fields and this library's own mark tell. */
final class NamespaceOrigin {
  private static final String APPLY = "Apply";

  /** Every namespace gets it at its creation, and whoever creates without applying owns it. */
  private static final String NAME_LABEL = "f:kubernetes.io/metadata.name";

  /** What the API server calls whoever wrote before anybody applied. */
  private static final String UNTRACKED = "before-first-apply";

  private NamespaceOrigin() {}

  /** Who else has made a namespace, or empty when it was this library. */
  static Optional<String> foreign(Manifest namespace) {
    List<Map<String, @Nullable Object>> entries =
        namespace.maps("metadata", "managedFields").stream()
            .filter(entry -> !entry.containsKey("subresource"))
            .toList();
    Optional<String> other =
        entries.stream()
            .filter(entry -> !isOurs(entry) && (applies(entry) || isCreator(entry)))
            .map(entry -> String.valueOf(Trees.text(entry, "manager")))
            .map(manager -> manager.equals(UNTRACKED) ? "somebody else" : manager)
            .findFirst();
    if (other.isPresent()) {
      return other;
    }
    return NamespaceMark.isOn(namespace) ? Optional.empty() : Optional.of("somebody else");
  }

  private static boolean isOurs(Map<String, @Nullable Object> entry) {
    return Cluster.FIELD_MANAGER.equals(Trees.text(entry, "manager"));
  }

  private static boolean applies(Map<String, @Nullable Object> entry) {
    return APPLY.equals(Trees.text(entry, "operation"));
  }

  private static boolean isCreator(Map<String, @Nullable Object> entry) {
    return Trees.map(entry, "fieldsV1", "f:metadata", "f:labels").containsKey(NAME_LABEL);
  }
}
