package io.github.kruiseinstaller.internal.ownership;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Labels and annotations by which Helm and kubectl know objects as theirs. */
final class Marks {
  static final String HELM_NAME = "meta.helm.sh/release-name";
  static final String HELM_NAMESPACE = "meta.helm.sh/release-namespace";
  static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  /**
   * Our own, on webhook configurations: the Helm releases whose records were kept when they were
   * taken over, as {@code namespace/name}, with commas between them. It tells later runs of them.
   */
  static final String KEPT = "kruise-installer.github.io/helm-records";

  private static final List<String> ANNOTATIONS = List.of(HELM_NAME, HELM_NAMESPACE, LAST_APPLIED);
  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  private Marks() {}

  /** Those that a live object carries. */
  static FieldSet of(Manifest live) {
    FieldSet marks = FieldSet.NONE;
    for (String annotation : ANNOTATIONS) {
      if (live.annotations().containsKey(annotation)) {
        marks = marks.union(FieldSet.field("metadata", "annotations", annotation));
      }
    }
    return "Helm".equals(live.labels().get(MANAGED_BY))
        ? marks.union(FieldSet.field("metadata", "labels", MANAGED_BY))
        : marks;
  }

  /**
   * Takes them out of a tree, but for a label that a release has too.
   *
   * @param kept what stays as {@link #KEPT}, empty for nothing
   */
  static void remove(Map<String, @Nullable Object> tree, Manifest release, String kept) {
    FieldSet marks = of(Manifest.of(tree));
    if (release.labels().containsKey(MANAGED_BY)) {
      marks = marks.minus(FieldSet.field("metadata", "labels", MANAGED_BY));
    }
    marks.union(FieldSet.field("metadata", "annotations", KEPT)).removeFrom(tree);
    if (!kept.isEmpty()) {
      Trees.child(Trees.child(tree, "metadata"), "annotations").put(KEPT, kept);
    }
    for (String field : List.of("labels", "annotations")) {
      if (Trees.at(tree, "metadata", field) instanceof Map<?, ?> map && map.isEmpty()) {
        Trees.map(tree, "metadata").remove(field);
      }
    }
  }
}
