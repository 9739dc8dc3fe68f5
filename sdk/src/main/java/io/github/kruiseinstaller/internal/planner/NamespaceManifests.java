package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.NamespaceLabels;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The release's manifests with the manager's namespace among them, labelled. */
final class NamespaceManifests {
  private NamespaceManifests() {}

  /**
   * The manifests of the release. The manager's Namespace is added where the release leaves it out
   * (a chart does with createNamespace=false), and carries what spares it from the webhooks.
   */
  static List<Manifest> labelled(Release release) {
    Map<String, String> podLabels = podLabels(release.managerDeployment());
    Map<String, String> labels =
        NamespaceLabels.required(release.webhookConfigurations(), release.namespace(), podLabels);
    List<Manifest> manifests = new ArrayList<>();
    boolean present = false;
    for (Manifest manifest : release.manifests()) {
      if (manifest.isKind("Namespace") && manifest.name().equals(release.namespace())) {
        present = true;
        manifests.add(withLabels(manifest, labels));
      } else {
        manifests.add(manifest);
      }
    }
    if (!present) {
      manifests.add(
          withLabels(
              Manifest.of(
                  Map.of(
                      "apiVersion",
                      "v1",
                      "kind",
                      "Namespace",
                      "metadata",
                      Map.of("name", release.namespace()))),
              labels));
    }
    return manifests;
  }

  /** The labels of the pods that a workload makes. */
  static Map<String, String> podLabels(Manifest workload) {
    Map<String, String> labels = new LinkedHashMap<>();
    workload
        .map("spec", "template", "metadata", "labels")
        .forEach((key, value) -> labels.put(key, String.valueOf(value)));
    return labels;
  }

  /** A live namespace as it will be once {@code wanted} is applied. */
  static Manifest withLabelsOf(Manifest live, Manifest wanted) {
    return withLabels(live, wanted.labels());
  }

  private static Manifest withLabels(Manifest namespace, Map<String, String> labels) {
    if (labels.isEmpty()) {
      return namespace;
    }
    return namespace.edit(
        root -> Trees.child(Trees.child(root, "metadata"), "labels").putAll(labels));
  }
}
