package io.github.kruiseinstaller.report;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a repair has found, done and left. Immutable; {@code render()} for people, {@code toJson()}
 * for programs.
 *
 * @param before what was the matter
 * @param run what was done about it, stage by stage
 * @param left what is still the matter and needs a person, likeliest first
 */
public record RepairReport(DiagnosisReport before, InstallReport run, List<Diagnosis> left) {
  /** Rises only when a key goes away or changes its meaning. */
  private static final long SCHEMA_VERSION = 1;

  /** Copies the list. */
  public RepairReport {
    left = List.copyOf(left);
  }

  /** Whether everything that was the matter is mended. */
  public boolean succeeded() {
    return run.succeeded() && left.isEmpty();
  }

  /** The report for people, in lines of plain ASCII layout without colour. */
  public String render() {
    StringBuilder text = new StringBuilder(before.render()).append('\n').append(run.render());
    for (Diagnosis diagnosis : left) {
      text.append("\nleft to a person: ")
          .append(PlainText.oneLine(diagnosis.toString()))
          .append("\n  remedy: ")
          .append(PlainText.oneLine(diagnosis.remedy()))
          .append('\n');
    }
    return text.toString();
  }

  /**
   * The report as one line of JSON, complete and stable; the schema is the resource {@code
   * io/github/kruiseinstaller/schema/repair-report.schema.json}.
   */
  public String toJson() {
    return Json.compact(toMap());
  }

  /** What {@link #toJson()} prints, as maps and lists for a JSON library of the caller's. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("schemaVersion", SCHEMA_VERSION);
    map.put("succeeded", succeeded());
    map.put("before", before.toMap());
    map.put("run", run.toMap());
    map.put("left", left.stream().map(Diagnosis::toMap).toList());
    return Collections.unmodifiableMap(map);
  }

  /** One line: what was mended, or what is left. */
  @Override
  public String toString() {
    return "repair of OpenKruise in namespace %s: %s"
        .formatted(
            run.namespace(),
            succeeded()
                ? "mended in " + PlainText.duration(run.took())
                : left.isEmpty() ? "failed" : left.size() + " left to a person");
  }
}
