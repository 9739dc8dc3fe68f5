package io.github.kruiseinstaller.testkit.internal.patch;

import io.github.kruiseinstaller.testkit.internal.status.Statuses;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The formats of a PATCH body, in the order in which the API server names them. */
public enum PatchType {
  /** RFC 6902. */
  JSON("application/json-patch+json"),
  /** RFC 7386. */
  MERGE("application/merge-patch+json"),
  /** Kubernetes' own: lists of built-in kinds are merged by key. */
  STRATEGIC("application/strategic-merge-patch+json"),
  /** Server-side apply, see the package {@code apply}. */
  APPLY("application/apply-patch+yaml");

  private final String mediaType;

  PatchType(String mediaType) {
    this.mediaType = mediaType;
  }

  /**
   * The format that a Content-Type header names; parameters behind a semicolon do not count.
   *
   * @param custom whether the kind is a custom one, for which there is no strategic merge
   * @throws io.github.kruiseinstaller.testkit.internal.status.StatusException 415 for any other
   */
  public static PatchType of(String contentType, boolean custom) {
    int parameters = contentType.indexOf(';');
    String mediaType = parameters > 0 ? contentType.substring(0, parameters) : contentType;
    return Arrays.stream(values())
        .filter(type -> type.serves(custom) && type.mediaType.equals(mediaType))
        .findFirst()
        .orElseThrow(
            () ->
                Statuses.unsupportedMediaType(
                    "the body of the request was in an unknown format - accepted media types"
                        + " include: "
                        + Arrays.stream(values())
                            .filter(type -> type.serves(custom))
                            .map(PatchType::mediaType)
                            .collect(Collectors.joining(", "))));
  }

  /** As it stands in a Content-Type header. */
  public String mediaType() {
    return mediaType;
  }

  private boolean serves(boolean custom) {
    return this != STRATEGIC || !custom;
  }
}
