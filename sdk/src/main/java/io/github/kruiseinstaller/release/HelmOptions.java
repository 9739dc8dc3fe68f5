package io.github.kruiseinstaller.release;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.internal.tree.Trees;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a chart is rendered. Immutable.
 *
 * <p>Helm runs as a process of its own, as {@code helm template}: without a cluster, without the
 * user's plugins, repositories and {@code HELM_} variables.
 *
 * @param executable the helm program, version 3.8 or later; null looks for {@code helm} on the PATH
 * @param timeout how long rendering may take; 60 seconds by default
 * @param valueFiles files with chart values, as {@code helm -f} takes them; later ones win
 * @param values chart values that win over the files. {@code installation.namespace}, here or in a
 *     file, is the manager's namespace; where the installer asks for one too, the two must be the
 *     same. The values are passed in a file that only this user can read and that is deleted
 *     afterwards, never on the command line
 */
public record HelmOptions(
    @Nullable Path executable,
    Duration timeout,
    List<Path> valueFiles,
    Map<String, @Nullable Object> values) {
  private static final HelmOptions DEFAULTS =
      new HelmOptions(null, Duration.ofSeconds(60), List.of(), Map.of());

  /**
   * Copies the values.
   *
   * @throws IllegalArgumentException when the timeout is not positive, or a value is not JSON
   */
  public HelmOptions {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout must be positive: " + timeout);
    }
    valueFiles = List.copyOf(valueFiles);
    values = Trees.frozen(values);
    // Refuses here what could not be written later.
    Json.compact(values);
  }

  /** Helm from the PATH, 60 seconds, the chart's own values. */
  public static HelmOptions defaults() {
    return DEFAULTS;
  }

  /** These options with another helm program. */
  public HelmOptions withExecutable(Path newExecutable) {
    return new HelmOptions(newExecutable, timeout, valueFiles, values);
  }

  /** These options with another timeout. */
  public HelmOptions withTimeout(Duration newTimeout) {
    return new HelmOptions(executable, newTimeout, valueFiles, values);
  }

  /** These options with one more file of values. */
  public HelmOptions withValueFile(Path file) {
    List<Path> files = new ArrayList<>(valueFiles);
    files.add(file);
    return new HelmOptions(executable, timeout, files, values);
  }

  /**
   * These options with one more value.
   *
   * @param path the value's place, such as {@code manager.replicas}; dots separate maps. For a key
   *     with a dot in it, give the map around it as value
   * @param value text, Boolean, number, null, or a list or map of such
   */
  public HelmOptions withValue(String path, @Nullable Object value) {
    Map<String, @Nullable Object> changed = Trees.mutable(values);
    Map<String, @Nullable Object> here = changed;
    List<String> steps = List.of(path.split("\\.", -1));
    for (String step : steps.subList(0, steps.size() - 1)) {
      Map<String, @Nullable Object> next = Trees.mutable(Trees.map(here, step));
      here.put(step, next);
      here = next;
    }
    here.put(steps.get(steps.size() - 1), value);
    return new HelmOptions(executable, timeout, valueFiles, changed);
  }

  /** Leaves the values out, because they may be secret. */
  @Override
  public String toString() {
    return "HelmOptions[executable=%s, timeout=%s, valueFiles=%s, %s values]"
        .formatted(executable, timeout, valueFiles, values.size());
  }
}
