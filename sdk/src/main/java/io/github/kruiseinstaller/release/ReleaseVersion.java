package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.internal.tree.Trees;
import io.github.kruiseinstaller.model.Manifest;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out which OpenKruise version a release is. */
final class ReleaseVersion {
  private static final Pattern VERSION =
      Pattern.compile("v?([0-9]+\\.[0-9]+\\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?)");

  private ReleaseVersion() {}

  /** The version in a tag or label such as {@code v1.8.3}, or empty when it is no version. */
  static Optional<String> parse(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    Matcher matcher = VERSION.matcher(text);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** The version that the manager's Deployment tells, by its image tag or else its labels. */
  static String of(Manifest manager) {
    return ofContainer(ManagerContainer.in(manager))
        .or(() -> parse(manager.labels().get("app.kubernetes.io/version")))
        .orElse(Release.UNKNOWN_VERSION);
  }

  /** The version in the image tag of a container. */
  static Optional<String> ofContainer(Map<String, @Nullable Object> container) {
    return parse(tag(Trees.text(container, "image")));
  }

  /** The name of the image without registry, folders, tag and digest. */
  static @Nullable String imageName(Map<String, @Nullable Object> container) {
    String image = Trees.text(container, "image");
    return image == null ? null : lastPart(image).replaceFirst(":.*", "");
  }

  private static @Nullable String tag(@Nullable String image) {
    if (image == null) {
      return null;
    }
    String name = lastPart(image);
    int colon = name.indexOf(':');
    return colon < 0 ? null : name.substring(colon + 1);
  }

  /** The part behind the last slash, where a colon cannot be the port of a registry. */
  private static String lastPart(String image) {
    String undigested = image.replaceFirst("@.*", "");
    return undigested.substring(undigested.lastIndexOf('/') + 1);
  }
}
