package io.github.kruiseinstaller.release;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Where a release comes from. The factories here are all there is to choose from for most; anybody
 * may write another.
 *
 * <p>Implementations are safe to use from several threads; those of the factories here are
 * immutable but for what they remember.
 */
@FunctionalInterface
public interface ReleaseSource {
  /**
   * Reads and validates the release. Called once per run, from the run's thread; blocks, and ends
   * soon after an interrupt, which stays set. Whoever cancels the run interrupts this, and so does
   * its deadline.
   *
   * @throws io.github.kruiseinstaller.error.InstallException when the release cannot be had or is
   *     invalid
   */
  Release load(ReleaseRequest request);

  /**
   * Rendered manifests in files. A folder stands for the {@code .yaml}, {@code .yml} and {@code
   * .json} files in it, by name, without its sub-folders. The namespace is that of the manifests.
   *
   * @param first a file or folder
   * @param more further files or folders of the same release
   */
  static ReleaseSource manifests(Path first, Path... more) {
    List<Path> paths = new ArrayList<>();
    paths.add(first);
    paths.addAll(List.of(more));
    return new ManifestFiles(paths);
  }

  /**
   * Rendered manifests from a stream, which is opened for each run and closed again.
   *
   * @param open opens the stream; whatever it throws becomes the cause of a failure
   * @param name what to call the stream in messages
   */
  static ReleaseSource manifests(Callable<? extends InputStream> open, String name) {
    return new ManifestStream(open, name);
  }

  /**
   * Rendered manifests in a text.
   *
   * @param yaml the documents
   * @param name what to call the text in messages
   */
  static ReleaseSource manifests(String yaml, String name) {
    return new ManifestStream(
        () -> new java.io.ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), name);
  }

  /**
   * Rendered manifests on the class path.
   *
   * @param resource the resource's name, such as {@code kruise/kruise-1.8.3.yaml}; a leading slash
   *     is ignored
   * @param loader finds the resource
   */
  static ReleaseSource classpath(String resource, ClassLoader loader) {
    String name = resource.startsWith("/") ? resource.substring(1) : resource;
    return new ManifestStream(() -> loader.getResourceAsStream(name), "classpath:" + name);
  }

  /**
   * A chart, packaged or as a folder, rendered by {@code helm} from the PATH with the chart's own
   * values, for the namespace that the installer asks for or the chart's, {@code kruise-system}.
   */
  static ReleaseSource chart(Path chart) {
    return chart(chart, HelmOptions.defaults());
  }

  /**
   * A chart, packaged or as a folder, rendered by {@code helm}. The source remembers what it has
   * rendered last: where neither a packaged chart nor anything that it is rendered with has changed
   * since, helm is not run again.
   */
  static ReleaseSource chart(Path chart, HelmOptions helm) {
    return new ChartSource(chart, new ChartRenderer(helm, new HelmCommand(helm)));
  }

  /**
   * An official release by its version: its chart is fetched once from the project's releases, kept
   * in the user's cache folder, checked against the digest that this library knows, every time, and
   * rendered by {@code helm} from the PATH.
   *
   * @param version one of {@link #officialVersions}
   */
  static ReleaseSource version(String version) {
    return version(version, DownloadOptions.defaults());
  }

  /** An official release by its version, fetched as the options say. */
  static ReleaseSource version(String version, DownloadOptions download) {
    return version(version, download, HelmOptions.defaults());
  }

  /** An official release by its version, fetched and rendered as the options say. */
  static ReleaseSource version(String version, DownloadOptions download, HelmOptions helm) {
    return new OfficialSource(
        version, new ChartDownload(download), new ChartRenderer(helm, new HelmCommand(helm)));
  }

  /** The versions that {@link #version(String)} knows, oldest first. */
  static List<String> officialVersions() {
    return OfficialChart.all().stream().map(OfficialChart::version).toList();
  }
}
