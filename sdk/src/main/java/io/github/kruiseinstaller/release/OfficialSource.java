package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An official chart, fetched by version and rendered by helm. */
final class OfficialSource implements ReleaseSource {
  private final String version;
  private final ChartDownload download;
  private final ChartRenderer renderer;

  OfficialSource(String version, ChartDownload download, ChartRenderer renderer) {
    this.version = version;
    this.download = download;
    this.renderer = renderer;
  }

  @Override
  public Release load(ReleaseRequest request) {
    OfficialChart chart = OfficialChart.of(version);
    renderer.requireHelm();
    byte[] archive = download.archive(chart);
    // Rendered from a private copy: what helm reads is what was checked, whoever writes the cache.
    try (TemporaryFolder folder = new TemporaryFolder()) {
      Path copy = Files.write(folder.path().resolve(chart.fileName()), archive);
      return renderer.render(
          copy, download.origin(chart), "official chart " + chart.fileName(), request);
    } catch (IOException e) {
      throw new InstallException(
          Failure.of(
                  FailureCode.RELEASE_UNAVAILABLE,
                  "cannot write the chart to a temporary file: " + e,
                  "Make room in the folder for temporary files, or name another in"
                      + " java.io.tmpdir.")
              .in(Stage.LOAD),
          e);
    }
  }

  @Override
  public String toString() {
    return "OpenKruise " + version;
  }
}
