package io.github.kruiseinstaller.plan;

import org.jspecify.annotations.Nullable;

/**
 * A release of Helm's, as far as the cluster tells.
 *
 * @param name the release's name
 * @param namespace the release's namespace, which need not be the manager's
 * @param revision the newest revision of which there is a record, or null when none was found
 * @param chart the chart of that revision, such as {@code kruise-1.8.3}, or null when unknown
 * @param status what Helm's record says of that revision, such as {@code deployed}, or null
 */
public record HelmRelease(
    String name,
    String namespace,
    @Nullable Long revision,
    @Nullable String chart,
    @Nullable String status) {
  /** {@code the Helm release kruise in default (revision 2, chart kruise-1.8.3, deployed)}. */
  @Override
  public String toString() {
    StringBuilder more = new StringBuilder();
    append(more, revision == null ? null : "revision " + revision);
    append(more, chart == null ? null : "chart " + chart);
    append(more, status);
    return "the Helm release "
        + name
        + " in "
        + namespace
        + (more.isEmpty() ? "" : " (" + more + ")");
  }

  private static void append(StringBuilder more, @Nullable String text) {
    if (text != null) {
      more.append(more.isEmpty() ? "" : ", ").append(text);
    }
  }
}
