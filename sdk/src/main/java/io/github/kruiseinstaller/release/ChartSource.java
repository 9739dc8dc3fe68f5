package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Stage;
import java.nio.file.Files;
import java.nio.file.Path;

/** A chart in a file or folder, rendered by helm. */
final class ChartSource implements ReleaseSource {
  private final Path chart;
  private final ChartRenderer renderer;

  ChartSource(Path chart, ChartRenderer renderer) {
    this.chart = chart;
    this.renderer = renderer;
  }

  @Override
  public Release load(ReleaseRequest request) {
    if (!Files.exists(chart)) {
      throw new InstallException(
          Failure.of(
                  FailureCode.RELEASE_UNAVAILABLE,
                  "there is no chart " + chart.toAbsolutePath(),
                  "Correct the path, or use ReleaseSource.version, which fetches official charts.")
              .in(Stage.LOAD));
    }
    return renderer.render(chart, chart.toAbsolutePath().toString(), toString(), request);
  }

  @Override
  public String toString() {
    return "chart " + chart;
  }
}
