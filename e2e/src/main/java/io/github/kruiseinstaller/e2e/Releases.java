package io.github.kruiseinstaller.e2e;

import io.github.kruiseinstaller.release.HelmOptions;
import io.github.kruiseinstaller.release.ReleaseSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Releases in files. */
final class Releases {
  private Releases() {}

  /**
   * A packaged chart or a file of manifests, told apart by the name's ending.
   *
   * @param helm the executable for a chart, or null for the one on the PATH
   */
  static ReleaseSource at(Path file, @Nullable Path helm) {
    if (!file.toString().endsWith(".tgz")) {
      return ReleaseSource.manifests(file);
    }
    return helm == null
        ? ReleaseSource.chart(file)
        : ReleaseSource.chart(file, HelmOptions.defaults().withExecutable(helm));
  }
}
