package io.github.kruiseinstaller.report;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.plan.PlannedChange;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON form of a report, as maps and lists. Its schema is install-report.schema.json. */
final class ReportJson {
  /** Rises only when a key goes away or changes its meaning. */
  private static final long SCHEMA_VERSION = 1;

  private ReportJson() {}

  static Map<String, @Nullable Object> report(InstallReport report) {
    Failure failure = report.failure();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("schemaVersion", SCHEMA_VERSION);
    map.put("runId", report.runId());
    map.put("succeeded", report.succeeded());
    map.put("version", report.version());
    map.put("namespace", report.namespace());
    map.put("server", report.server());
    map.put("planFingerprint", report.planFingerprint());
    map.put("startedAt", report.startedAt().toString());
    map.put("tookMillis", report.took().toMillis());
    map.put("waitedMillis", report.waited().toMillis());
    map.put("ownShareMillis", report.ownShare().toMillis());
    map.put("writes", report.writes());
    map.put("stages", report.stages().stream().map(ReportJson::stage).toList());
    map.put("degraded", report.degraded());
    map.put("failure", failure == null ? null : failure.toMap());
    return Collections.unmodifiableMap(map);
  }

  static Map<String, @Nullable Object> stage(StageOutcome outcome) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("stage", outcome.stage().id());
    map.put("status", outcome.status().id());
    map.put("startedAfterMillis", outcome.startedAfter().toMillis());
    map.put("tookMillis", outcome.took().toMillis());
    map.put("waitedMillis", outcome.waited().toMillis());
    map.put("changes", outcome.changes().stream().map(PlannedChange::toMap).toList());
    map.put("notes", outcome.notes());
    return Collections.unmodifiableMap(map);
  }
}
