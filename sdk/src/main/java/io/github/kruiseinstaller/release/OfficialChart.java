package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.model.Stage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A chart that the OpenKruise project has published.
 *
 * @param version such as {@code 1.8.3}
 * @param sha256 the digest of the archive, lower-case hex
 */
record OfficialChart(String version, String sha256) {
  private static final String CATALOGUE = "official-charts.tsv";

  /**
   * The chart of a version.
   *
   * @param version with or without a leading {@code v}
   * @throws InstallException when it is not known
   */
  static OfficialChart of(String version) {
    String plain = version.startsWith("v") ? version.substring(1) : version;
    List<OfficialChart> known = all();
    return known.stream()
        .filter(chart -> chart.version().equals(plain))
        .findFirst()
        .orElseThrow(
            () ->
                new InstallException(
                    Failure.of(
                            FailureCode.RELEASE_UNAVAILABLE,
                            "the OpenKruise version '" + version + "' is not known",
                            "Use one of "
                                + String.join(
                                    ", ", known.stream().map(OfficialChart::version).toList())
                                + "; or give the chart of another version as a file, with"
                                + " ReleaseSource.chart.")
                        .in(Stage.LOAD)));
  }

  /** All charts, oldest version first. */
  static List<OfficialChart> all() {
    InputStream resource = OfficialChart.class.getResourceAsStream(CATALOGUE);
    if (resource == null) {
      throw new IllegalStateException("the resource " + CATALOGUE + " is missing");
    }
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> List.of(line.split("\t", -1)))
          .map(columns -> new OfficialChart(columns.get(0), columns.get(2)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name of the archive. */
  String fileName() {
    return "kruise-" + version + ".tgz";
  }

  /** Where the archive is, below the address of all releases. */
  URI address(URI base) {
    String folder = base.toString().endsWith("/") ? base.toString() : base + "/";
    return URI.create(folder + "kruise-" + version + "/" + fileName());
  }
}
