package io.github.kruiseinstaller.testkit.internal.kind;

/** References of container images. */
final class Images {
  private Images() {}

  /** Whether a reference means the tag {@code latest}, in so many words or by naming none. */
  static boolean isLatest(String reference) {
    if (reference.isEmpty() || reference.contains("@")) {
      return false;
    }
    String last = reference.substring(reference.lastIndexOf('/') + 1);
    int colon = last.indexOf(':');
    return colon < 0 || last.substring(colon + 1).equals("latest");
  }
}
