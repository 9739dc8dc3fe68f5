package io.github.kruiseinstaller.uninstall;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.report.InstallReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an uninstallation has done. Immutable; {@code render()} for people, {@code toJson()} for
 * programs.
 *
 * @param options what was asked for
 * @param run what was done, stage by stage
 * @param customResources the custom resources that were there at its start, by kind
 * @param kept what stays although it has to do with OpenKruise, and why
 */
public record UninstallReport(
    UninstallOptions options,
    InstallReport run,
    List<CustomResourceCount> customResources,
    List<KeptObject> kept) {
  /** Rises only when a key goes away or changes its meaning. */
  private static final long SCHEMA_VERSION = 1;

  /** Copies the lists. */
  public UninstallReport {
    customResources = List.copyOf(customResources);
    kept = List.copyOf(kept);
  }

  /** Whether the run reached its end. */
  public boolean succeeded() {
    return run.succeeded();
  }

  /** How many objects were written or deleted. */
  public long writes() {
    return run.writes();
  }

  /** The report for people, in lines of plain ASCII layout without colour. */
  public String render() {
    List<String> lines = new ArrayList<>();
    UninstallText.customResources(customResources, lines);
    UninstallText.kept(kept, lines);
    return run.render() + UninstallText.block(lines);
  }

  /**
   * The report as one line of JSON, complete and stable; the schema is the resource {@code
   * io/github/kruiseinstaller/schema/uninstall-report.schema.json}.
   */
  public String toJson() {
    return Json.compact(toMap());
  }

  /** What {@link #toJson()} prints, as maps and lists for a JSON library of the caller's. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("schemaVersion", SCHEMA_VERSION);
    map.put("succeeded", succeeded());
    map.put("options", options.toMap());
    map.put("run", run.toMap());
    map.put("customResources", customResources.stream().map(CustomResourceCount::toMap).toList());
    map.put("kept", kept.stream().map(KeptObject::toMap).toList());
    return Collections.unmodifiableMap(map);
  }

  /** One line: what was removed from where, and how it ended. */
  @Override
  public String toString() {
    return run.toString();
  }
}
