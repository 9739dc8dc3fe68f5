package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.error.InstallException;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.model.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes a release of a chart. */
final class ChartRenderer {
  /** Where the official charts put the manager when nobody says otherwise. */
  static final String DEFAULT_NAMESPACE = "kruise-system";

  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private final HelmOptions options;
  private final HelmCommand helm;
  private final LastRendering last = new LastRendering();

  ChartRenderer(HelmOptions options, HelmCommand helm) {
    this.options = options;
    this.helm = helm;
  }

  /** Throws when there is no helm, before anything else is spent. */
  void requireHelm() {
    helm.executable();
  }

  /**
   * Renders and validates.
   *
   * @param chart the packaged chart or its folder
   * @param origin where people find the same chart, as {@code chart} may be a passing copy
   * @param source what to call it in messages
   */
  Release render(Path chart, String origin, String source, ReleaseRequest request) {
    String namespace = request.namespace();
    if (namespace != null && !NAMESPACE.matcher(namespace).matches()) {
      throw new InstallException(
          Failure.of(
                  FailureCode.OPTION_INVALID,
                  "'" + namespace + "' cannot be the name of a namespace",
                  "Use lower-case letters, digits and hyphens, at most 63.")
              .in(Stage.LOAD));
    }
    Rendering rendering = new Rendering(chart, origin, request);
    return last.of(key(rendering, source), () -> rendered(rendering, source));
  }

  private Optional<String> key(Rendering rendering, String source) {
    List<Path> files = new ArrayList<>(List.of(rendering.chart()));
    files.addAll(options.valueFiles());
    List<?> words =
        List.of(
            source,
            Json.compact(rendering.lowestValues()),
            String.valueOf(rendering.request().kubernetesVersion()),
            Json.compact(options.values()));
    return LastRendering.key(helm.executable(), files, words);
  }

  private Release rendered(Rendering rendering, String source) {
    Optional<String> version = appVersion(rendering.chart(), source);
    byte[] documents = helm.template(rendering);
    Interruption.check(source);
    Release release =
        ReleaseReader.fromTexts(
            source, Map.of(source + " (rendered)", documents), version.orElse(null));
    return ReleaseReader.forRequest(
        release,
        rendering.request(),
        "Ask for no namespace, or take the value "
            + Rendering.NAMESPACE
            + " out of HelmOptions and its value files; a chart without that value cannot be"
            + " rendered for another namespace.");
  }

  private static Optional<String> appVersion(Path chart, String source) {
    try {
      return ChartMetadata.appVersion(chart);
    } catch (IOException e) {
      throw new InstallException(
          Failure.of(
                  FailureCode.RELEASE_INVALID,
                  source + " is not a Helm chart: " + e.getMessage(),
                  "Give a packaged chart (.tgz) or the folder that holds its Chart.yaml; for"
                      + " rendered manifests use ReleaseSource.manifests.")
              .in(Stage.LOAD),
          e);
    }
  }
}
