package io.github.kruiseinstaller.internal.live;

import io.github.kruiseinstaller.internal.cluster.Cluster;
import io.github.kruiseinstaller.internal.ownership.ManagedEntry;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.Collection;
import java.util.Optional;

/**
 * The annotation on namespaces that this library has made. Field managers alone do not tell: an
 * apply of nothing but a name leaves no entry, and so does whoever made the namespace that way.
 */
public final class NamespaceMark {
  /** Written by the apply that creates a namespace, and kept by later ones. */
  public static final String ANNOTATION = "kruise-installer.github.io/created-by";

  private NamespaceMark() {}

  /**
   * A manifest as it is applied: a Namespace that does not exist, or that has the mark already,
   * gets it.
   *
   * @param live all live namespaces
   */
  public static Manifest where(Manifest manifest, Collection<Manifest> live) {
    if (!manifest.isKind("Namespace")) {
      return manifest;
    }
    Optional<Manifest> there =
        live.stream().filter(found -> found.name().equals(manifest.name())).findFirst();
    return there.isEmpty() || isOn(there.get())
        ? manifest.edit(
            root ->
                Trees.child(Trees.child(root, "metadata"), "annotations")
                    .put(ANNOTATION, Cluster.FIELD_MANAGER))
        : manifest;
  }

  /** Whether this library has put the mark on a live namespace. */
  public static boolean isOn(Manifest live) {
    return live.annotations().containsKey(ANNOTATION)
        && ManagedEntry.ourApply(live)
            .filter(ours -> ours.fields().reaches("metadata", "annotations", ANNOTATION))
            .isPresent();
  }
}
