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
import org.jspecify.annotations.Nullable;

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
   * @param source what to call it in messages
   */
  Release render(Path chart, String source, ReleaseRequest request) {
    String namespace = request.namespace() == null ? DEFAULT_NAMESPACE : request.namespace();
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw new InstallException(
          Failure.of(
                  FailureCode.OPTION_INVALID,
                  "'" + namespace + "' cannot be the name of a namespace",
                  "Use lower-case letters, digits and hyphens, at most 63.")
              .in(Stage.LOAD));
    }
    // The chart takes its namespace from a value of its own, not from helm.
    Map<String, ?> values = options.withValue("installation.namespace", namespace).values();
    return last.of(
        key(chart, source, namespace, values, request.kubernetesVersion()),
        () -> rendered(chart, source, namespace, values, request.kubernetesVersion()));
  }

  private Optional<String> key(
      Path chart,
      String source,
      String namespace,
      Map<String, ?> values,
      @Nullable String kubernetesVersion) {
    List<Path> files = new ArrayList<>(List.of(chart));
    files.addAll(options.valueFiles());
    List<?> words =
        List.of(source, namespace, String.valueOf(kubernetesVersion), Json.compact(values));
    return LastRendering.key(helm.executable(), files, words);
  }

  private Release rendered(
      Path chart,
      String source,
      String namespace,
      Map<String, ?> values,
      @Nullable String kubernetesVersion) {
    Optional<String> version = appVersion(chart, source);
    byte[] documents = helm.template(chart, namespace, values, kubernetesVersion);
    Interruption.check(source);
    Release release =
        ReleaseReader.fromTexts(
            source, Map.of(source + " (rendered)", documents), version.orElse(null));
    return ReleaseReader.forRequest(release, new ReleaseRequest(namespace, kubernetesVersion));
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
