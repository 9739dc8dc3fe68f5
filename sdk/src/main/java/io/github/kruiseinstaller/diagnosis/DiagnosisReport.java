package io.github.kruiseinstaller.diagnosis;

import io.github.kruiseinstaller.internal.text.PlainText;
import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.plan.Interception;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is the matter with an installation, whoever installed it. Immutable; {@code render()} for
 * people, {@code toJson()} for programs.
 *
 * @param version the OpenKruise version that is there, or {@code unknown}
 * @param namespace the manager's namespace
 * @param server the API server's address
 * @param took how long it took
 * @param admission whether Pods are admitted now
 * @param diagnoses the causes that were found, likeliest first; empty when nothing is the matter
 * @param unseen what could not be looked at, and why
 */
public record DiagnosisReport(
    String version,
    String namespace,
    String server,
    Duration took,
    PodAdmission admission,
    List<Diagnosis> diagnoses,
    List<String> unseen) {
  /** Rises only when a key goes away or changes its meaning. */
  private static final long SCHEMA_VERSION = 1;

  /** Copies the lists. */
  public DiagnosisReport {
    diagnoses = List.copyOf(diagnoses);
    unseen = List.copyOf(unseen);
  }

  /** The report for people, in lines of plain ASCII layout without colour. */
  public String render() {
    List<String> lines = new ArrayList<>();
    lines.add(toString());
    lines.add("  cluster  " + server);
    lines.add("  Pods     " + pods());
    for (int index = 0; index < diagnoses.size(); index++) {
      lines.add("");
      lines.addAll(lines(index + 1, diagnoses.get(index)));
    }
    if (!unseen.isEmpty()) {
      lines.add("");
      lines.add("not seen:");
      unseen.forEach(each -> lines.add("  " + PlainText.oneLine(each)));
    }
    return String.join("\n", lines) + "\n";
  }

  /**
   * The report as one line of JSON, complete and stable; the schema is the resource {@code
   * io/github/kruiseinstaller/schema/diagnosis-report.schema.json}.
   */
  public String toJson() {
    return Json.compact(toMap());
  }

  /** What {@link #toJson()} prints, as maps and lists for a JSON library of the caller's. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("schemaVersion", SCHEMA_VERSION);
    map.put("version", version);
    map.put("namespace", namespace);
    map.put("server", server);
    map.put("tookMillis", took.toMillis());
    map.put("admission", admission.toMap());
    map.put("diagnoses", diagnoses.stream().map(Diagnosis::toMap).toList());
    map.put("unseen", unseen);
    return Collections.unmodifiableMap(map);
  }

  /** One line: where, and the first cause. */
  @Override
  public String toString() {
    return "OpenKruise %s in namespace %s: %s, looked at in %s"
        .formatted(
            version,
            namespace,
            diagnoses.isEmpty()
                ? "nothing is the matter"
                : PlainText.count(diagnoses.size(), "cause")
                    + ", first "
                    + diagnoses.get(0).code().id(),
            PlainText.duration(took));
  }

  private String pods() {
    return switch (admission.answer()) {
      case ADMITTED -> "are admitted";
      case REFUSED ->
          "are refused in " + admission.namespace() + ": " + PlainText.oneLine(admission.message());
      case REFUSED_BY_OTHERS ->
          "are refused in "
              + admission.namespace()
              + ", not by OpenKruise: "
              + PlainText.oneLine(admission.message());
      case UNKNOWN -> "unknown: " + PlainText.oneLine(admission.message());
    };
  }

  private static List<String> lines(int number, Diagnosis diagnosis) {
    List<String> lines = new ArrayList<>();
    lines.add(number + ". " + PlainText.oneLine(diagnosis.summary()));
    lines.add("   code:   " + diagnosis.code().id());
    if (diagnosis.object() != null) {
      lines.add("   object: " + diagnosis.object());
    }
    if (diagnosis.since() != null) {
      lines.add("   since:  " + diagnosis.since());
    }
    for (Interception block : diagnosis.blocks()) {
      lines.add("   blocks: " + PlainText.oneLine(block.toString()));
    }
    diagnosis.evidence().forEach(seen -> lines.add("   seen:   " + PlainText.oneLine(seen)));
    String before = "   remedy: ";
    for (String line : diagnosis.remedy().lines().toList()) {
      lines.add(before + PlainText.oneLine(line));
      before = "           ";
    }
    lines.add(
        "   repair: " + (diagnosis.repairable() ? "mends it" : "cannot mend it; a person must"));
    return lines;
  }
}
