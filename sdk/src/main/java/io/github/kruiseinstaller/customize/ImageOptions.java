package io.github.kruiseinstaller.customize;

import io.github.kruiseinstaller.model.Manifest;
import java.util.List;

/** Options that say which images run, and where they come from. */
final class ImageOptions {
  private ImageOptions() {}

  static Customizer image(String reference) {
    String option = "image(" + reference + ")";
    ImageReference parsed = ImageReference.parse(reference);
    if (parsed == null) {
      throw OptionInvalid.value(
          option,
          "this is not an image reference",
          "Write registry/path:tag, registry/path@sha256:digest or both, in lower case and without"
              + " https://, such as registry.example.com/openkruise/kruise-manager:v1.8.3.");
    }
    if (!parsed.hasVersion()) {
      throw OptionInvalid.value(
          option,
          "there is neither tag nor digest, so every node might run another version",
          "Add the tag of the release, such as :v1.8.3, or a digest.");
    }
    return new Option(
        option, draft -> draft.workloads(workload -> workload.container().set("image", reference)));
  }

  static Customizer registry(String registry) {
    String option = "registry(" + registry + ")";
    String clean = registry.endsWith("/") ? registry.substring(0, registry.length() - 1) : registry;
    if (!ImageReference.isRegistry(clean)) {
      throw OptionInvalid.value(
          option,
          "this is not a registry",
          "Write a host with a dot or a port, and an optional path, without https://, such as"
              + " registry.example.com:5000/mirror.");
    }
    return new Option(
        option, draft -> draft.edit(ImageOptions::hasPods, root -> move(root, clean)));
  }

  private static boolean hasPods(Manifest manifest) {
    return !manifest.list("spec", "template", "spec", "containers").isEmpty();
  }

  private static void move(Node root, String registry) {
    Node podSpec = Workload.podSpec(root);
    for (String list : List.of("initContainers", "containers")) {
      for (Node container : podSpec.items(list)) {
        String image = "" + container.get("image");
        if (image.startsWith(registry + "/")) {
          continue;
        }
        ImageReference parsed = ImageReference.parse(image);
        if (parsed == null) {
          throw new IllegalArgumentException("'" + image + "' is not an image reference");
        }
        container.set("image", parsed.in(registry).toString());
      }
    }
  }
}
