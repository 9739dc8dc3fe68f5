package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.model.Manifest;
import java.util.List;
import java.util.Map;

/** Changes of a release that break it. */
final class Edits {
  private Edits() {}

  /** The workload with another image. */
  static Manifest image(Manifest workload, String image) {
    return workload.edit(tree -> containers(tree).forEach(one -> one.put("image", image)));
  }

  /**
   * The manager with an image that knows nothing of OpenKruise, and is Ready as soon as it runs.
   */
  static Customizer readyWithoutServing(String image) {
    return Customizer.manifest(
        "Deployment",
        "kruise-controller-manager",
        manifest ->
            manifest.edit(
                tree ->
                    containers(tree)
                        .forEach(
                            one -> {
                              one.put("image", image);
                              one.remove("readinessProbe");
                            })));
  }

  /** A CRD with a schema that no API server takes. */
  static Customizer invalidSchema(String crd) {
    return Customizer.manifest(
        "CustomResourceDefinition",
        crd,
        manifest ->
            manifest.edit(
                tree -> {
                  for (Object version : list(map(tree, "spec"), "versions")) {
                    map(map(cast(version), "schema"), "openAPIV3Schema").put("type", "nonsense");
                  }
                }));
  }

  private static List<Map<String, Object>> containers(Map<String, Object> workload) {
    return list(map(map(map(workload, "spec"), "template"), "spec"), "containers").stream()
        .map(Edits::cast)
        .toList();
  }

  private static Map<String, Object> map(Map<String, Object> tree, String key) {
    return cast(tree.get(key));
  }

  @SuppressWarnings("unchecked") // lists of manifests hold raw trees
  private static List<Object> list(Map<String, Object> tree, String key) {
    return (List<Object>) tree.get(key);
  }

  @SuppressWarnings("unchecked") // maps of manifests have text keys
  private static Map<String, Object> cast(Object tree) {
    return (Map<String, Object>) tree;
  }
}
