package io.github.kruiseinstaller.release;

import java.nio.file.Path;
import java.util.Map;

/**
 * One rendering of a chart.
 *
 * @param chart the packaged chart or its folder
 * @param origin where people find the same chart, as {@code chart} may be a passing copy
 * @param request what for
 */
record Rendering(Path chart, String origin, ReleaseRequest request) {
  /** The chart's value for its namespace, which is not the one that helm is told. */
  static final String NAMESPACE = "installation.namespace";

  /** The namespace to tell helm. */
  String namespace() {
    String asked = request.namespace();
    return asked == null ? ChartRenderer.DEFAULT_NAMESPACE : asked;
  }

  /**
   * The values that all others win over. So a value of the caller decides, and is seen in the
   * rendering when it is another than what was asked for.
   */
  Map<String, ?> lowestValues() {
    String asked = request.namespace();
    return asked == null ? Map.of() : HelmOptions.defaults().withValue(NAMESPACE, asked).values();
  }
}
