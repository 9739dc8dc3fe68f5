package io.github.kruiseinstaller.report;

import io.github.kruiseinstaller.check.Check;
import io.github.kruiseinstaller.check.Checks;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a release can be installed in a cluster, found out without writing anything but dry runs.
 * Immutable; {@code render()} for people, {@code toJson()} for programs.
 *
 * @param version the OpenKruise version to install
 * @param namespace the manager's namespace
 * @param server the API server's address
 * @param kubernetesVersion the cluster's version
 * @param took how long the checks took
 * @param checks what was checked
 */
public record PreflightReport(
    String version,
    String namespace,
    String server,
    String kubernetesVersion,
    Duration took,
    Checks checks) {
  /** Rises only when a key goes away or changes its meaning. */
  private static final long SCHEMA_VERSION = 1;

  /** Whether no check failed: an installation has no known obstacle. */
  public boolean passed() {
    return checks.passed();
  }

  /** The report for people, in lines of plain ASCII layout without colour. */
  public String render() {
    List<String> lines = new ArrayList<>();
    lines.add(toString());
    lines.add("  cluster  " + server + ", Kubernetes " + kubernetesVersion);
    lines.add("");
    lines.addAll(checks.lines());
    return String.join("\n", lines) + "\n";
  }

  /**
   * The report as one line of JSON, complete and stable; the schema is the resource {@code
   * io/github/kruiseinstaller/schema/preflight-report.schema.json}.
   */
  public String toJson() {
    return Json.compact(toMap());
  }

  /** What {@link #toJson()} prints, as maps and lists for a JSON library of the caller's. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("schemaVersion", SCHEMA_VERSION);
    map.put("passed", passed());
    map.put("version", version);
    map.put("namespace", namespace);
    map.put("server", server);
    map.put("kubernetesVersion", kubernetesVersion);
    map.put("tookMillis", took.toMillis());
    map.put("checks", checks.all().stream().map(Check::toMap).toList());
    return Collections.unmodifiableMap(map);
  }

  /** One line: what could be installed where, and how many checks say so. */
  @Override
  public String toString() {
    return "OpenKruise %s for namespace %s: %s, %s in %s"
        .formatted(
            version,
            namespace,
            passed() ? "can be installed" : "cannot be installed",
            checks.summary(),
            PlainText.duration(took));
  }
}
