package io.github.kruiseinstaller.internal.preflight;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.CheckCategory;
import io.github.kruiseinstaller.internal.live.Seen;
import io.github.kruiseinstaller.internal.planner.Permissions;
import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import io.github.kruiseinstaller.model.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether the manager's image can be had, as far as the API can tell. */
final class ImageChecks implements PreflightCheck {
  static final String IMAGE = "manager-image";
  static final String PULL_SECRETS = "pull-secrets";

  @Override
  public List<Check> look(Scene scene) {
    return List.of(image(scene), pullSecrets(scene));
  }

  private static Check image(Scene scene) {
    Map<String, @Nullable Object> container = scene.release().managerContainer();
    String image = Objects.requireNonNullElse(Trees.text(container, "image"), "");
    String name = image.substring(image.lastIndexOf('/') + 1);
    if (!name.contains("@") && (!name.contains(":") || name.endsWith(":latest"))) {
      return Check.warn(
          IMAGE,
          CheckCategory.MANAGER,
          "the image " + image + " is whatever its registry calls the latest",
          "Name a version: Customizer.image.");
    }
    if (!scene.nodes().isSeen()) {
      return Check.skipped(
          IMAGE,
          CheckCategory.MANAGER,
          "nodes, and so the images on them, may not be looked at: " + scene.nodes().unseen());
    }
    List<String> having =
        scene.nodes().orElse(List.of()).stream()
            .filter(node -> has(node, image))
            .map(Manifest::name)
            .toList();
    return having.isEmpty()
        ? Check.skipped(
            IMAGE,
            CheckCategory.MANAGER,
            "no node is known to have "
                + image
                + ": whether its registry can be reached shows when"
                + " it is pulled")
        : Check.pass(
                IMAGE,
                CheckCategory.MANAGER,
                "%s is on %s of %s nodes already"
                    .formatted(image, having.size(), scene.nodes().orElse(List.of()).size()))
            .seen(having);
  }

  private static boolean has(Manifest node, String image) {
    String full = canonical(image);
    return node.maps("status", "images").stream()
        .flatMap(each -> Trees.list(each, "names").stream())
        .anyMatch(name -> canonical(String.valueOf(name)).equals(full));
  }

  /** With the registry that short names stand for, as nodes report images. */
  private static String canonical(String image) {
    int slash = image.indexOf('/');
    String first = slash < 0 ? "" : image.substring(0, slash);
    if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
      return image;
    }
    return "docker.io/" + (slash < 0 ? "library/" : "") + image;
  }

  private static Check pullSecrets(Scene scene) {
    List<String> names = Permissions.pullSecrets(scene.release());
    if (names.isEmpty()) {
      return Check.pass(
          PULL_SECRETS, CheckCategory.MANAGER, "the manager's image is pulled without a secret");
    }
    List<String> absent = new ArrayList<>();
    for (String name : names) {
      ObjectRef ref = ObjectRef.namespaced("v1", "Secret", scene.release().namespace(), name);
      if (scene.release().find(ref).isEmpty()) {
        Seen<Optional<Manifest>> live = Seen.by(() -> scene.cluster().get(ref));
        if (!live.isSeen()) {
          return Check.skipped(
                  PULL_SECRETS,
                  CheckCategory.MANAGER,
                  ref + " may not be looked at: " + live.unseen())
              .about(ref);
        }
        if (live.orElse(Optional.empty()).isEmpty()) {
          absent.add(ref.toString());
        }
      }
    }
    return absent.isEmpty()
        ? Check.pass(PULL_SECRETS, CheckCategory.MANAGER, "the pull secrets are there: " + names)
        : Check.warn(
                PULL_SECRETS,
                CheckCategory.MANAGER,
                "a pull secret does not exist; images are pulled without it then",
                "Create it in the namespace before the installation.")
            .seen(absent);
  }
}
