package io.github.kruiseinstaller.internal.planner;

import io.github.kruiseinstaller.internal.live.ManagerPods;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.internal.webhook.NamespaceLabels;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.release.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The release's manifests with the manager's namespace among them, labelled. */
public final class NamespaceManifests {
  private NamespaceManifests() {}

  /**
   * The manifests of the release. The manager's Namespace is added where the release leaves it out
   * (a chart does with createNamespace=false), and carries what spares it from the webhooks.
   */
  static List<Manifest> labelled(Release release) {
    Map<String, String> podLabels = ManagerPods.labels(release.managerDeployment());
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

  /**
   * The namespaces as they will be.
   *
   * @param live all live ones
   * @param applied what is applied; only the Namespaces in it matter
   */
  public static List<Manifest> future(Collection<Manifest> live, Collection<Manifest> applied) {
    Map<String, Manifest> future = new LinkedHashMap<>();
    live.forEach(namespace -> future.put(namespace.name(), namespace));
    applied.stream()
        .filter(manifest -> manifest.isKind("Namespace"))
        .forEach(
            wanted ->
                future.merge(
                    wanted.name(), wanted, (there, same) -> withLabels(there, same.labels())));
    return List.copyOf(future.values());
  }

  private static Manifest withLabels(Manifest namespace, Map<String, String> labels) {
    if (labels.isEmpty()) {
      return namespace;
    }
    return namespace.edit(
        root -> Trees.child(Trees.child(root, "metadata"), "labels").putAll(labels));
  }
}
