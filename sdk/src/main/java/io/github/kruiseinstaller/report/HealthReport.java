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
 * Whether an installation works now. Immutable; {@code render()} for people, {@code toJson()} for
 * programs.
 *
 * @param health the answer in one word
 * @param reasons why the word is not the best one, most telling first; empty when it is
 * @param version the OpenKruise version that runs, or {@code unknown}
 * @param namespace the manager's namespace
 * @param server the API server's address
 * @param kubernetesVersion the cluster's version
 * @param took how long the checks took
 * @param checks what was checked
 */
public record HealthReport(
    Health health,
    List<String> reasons,
    String version,
    String namespace,
    String server,
    String kubernetesVersion,
    Duration took,
    Checks checks) {
  /** Rises only when a key goes away or changes its meaning. */
  private static final long SCHEMA_VERSION = 1;

  /** Copies the reasons. */
  public HealthReport {
    reasons = List.copyOf(reasons);
  }

  /** The report for people, in lines of plain ASCII layout without colour. */
  public String render() {
    List<String> lines = new ArrayList<>();
    lines.add(toString());
    lines.add("  cluster  " + server + ", Kubernetes " + kubernetesVersion);
    reasons.forEach(reason -> lines.add("  because  " + PlainText.oneLine(reason)));
    lines.add("");
    lines.addAll(checks.lines());
    return String.join("\n", lines) + "\n";
  }

  /**
   * The report as one line of JSON, complete and stable; the schema is the resource {@code
   * io/github/kruiseinstaller/schema/health-report.schema.json}.
   */
  public String toJson() {
    return Json.compact(toMap());
  }

  /** What {@link #toJson()} prints, as maps and lists for a JSON library of the caller's. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("schemaVersion", SCHEMA_VERSION);
    map.put("health", health.id());
    map.put("reasons", reasons);
    map.put("version", version);
    map.put("namespace", namespace);
    map.put("server", server);
    map.put("kubernetesVersion", kubernetesVersion);
    map.put("tookMillis", took.toMillis());
    map.put("checks", checks.all().stream().map(Check::toMap).toList());
    return Collections.unmodifiableMap(map);
  }

  /** One line: what runs where, and how it is. */
  @Override
  public String toString() {
    return "OpenKruise %s in namespace %s: %s, %s in %s"
        .formatted(version, namespace, health.id(), checks.summary(), PlainText.duration(took));
  }
}
