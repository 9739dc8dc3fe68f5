package io.github.kruiseinstaller.testkit.internal.http;

import io.github.kruiseinstaller.testkit.internal.kind.Resource;
import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.util.List;

/** The media types of patches. */
final class PatchTypes {
  /** Server-side apply. */
  static final String APPLY = "application/apply-patch+yaml";

  private static final List<String> CUSTOM =
      List.of("application/json-patch+json", "application/merge-patch+json", APPLY);
  private static final List<String> BUILT_IN =
      List.of(
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/strategic-merge-patch+json",
          APPLY);

  private PatchTypes() {}

  /**
   * Refuses what is no patch, or not for this kind.
   *
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 415
   */
  static void check(Resource resource, String contentType) {
    if (resource.custom() && !CUSTOM.contains(contentType)) {
      throw unknownFormat(CUSTOM);
    } else if (!resource.custom() && !BUILT_IN.contains(contentType)) {
      throw Refusals.byRoute(415, "UnsupportedMediaType", "415: Unsupported Media Type");
    }
  }

  /** Whether a body is YAML; refuses what is neither that nor JSON. */
  static boolean yaml(String contentType) {
    return switch (contentType) {
      case "", "application/json" -> false;
      case "application/yaml" -> true;
      default ->
          throw unknownFormat(
              List.of(
                  "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"));
    };
  }

  private static RuntimeException unknownFormat(List<String> types) {
    return Statuses.unsupportedMediaType(
        "the body of the request was in an unknown format - accepted media types include: "
            + String.join(", ", types));
  }
}
