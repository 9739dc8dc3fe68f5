package io.github.kruiseinstaller.plan;

import org.jspecify.annotations.Nullable;

/**
 * One field that differs. Values of Secrets are masked.
 *
 * @param path the field, such as {@code spec.replicas} or {@code spec.ports[0].port}
 * @param live the value in the cluster as JSON, or null when absent
 * @param wanted the value that will be written as JSON, or null when the field goes away
 */
public record FieldDiff(String path, @Nullable String live, @Nullable String wanted) {
  /** {@code path: live -> wanted}. */
  @Override
  public String toString() {
    return path + ": " + (live == null ? "-" : live) + " -> " + (wanted == null ? "-" : wanted);
  }
}
