package io.github.kruiseinstaller.plan;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.model.TakeOver;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON form of a plan, as maps and lists. Its schema is install-plan.schema.json. */
final class PlanJson {
  /** Rises only when a key goes away or changes its meaning. */
  private static final long SCHEMA_VERSION = 1;

  private PlanJson() {}

  static Map<String, @Nullable Object> plan(InstallPlan plan) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("schemaVersion", SCHEMA_VERSION);
    map.put("version", plan.version());
    map.put("namespace", plan.namespace());
    map.put("server", plan.server());
    map.put("kubernetesVersion", plan.kubernetesVersion());
    map.put("releaseDigest", plan.releaseDigest());
    map.put("fingerprint", plan.fingerprint());
    map.put("noOp", plan.isNoOp());
    map.put("stages", plan.stages().stream().map(PlanJson::stage).toList());
    map.put("blastRadius", plan.blastRadius().stream().map(Interception::toMap).toList());
    map.put("warnings", plan.warnings());
    ExistingInstallation there = plan.existingInstallation();
    map.put("existingInstallation", there == null ? null : existing(there));
    return Collections.unmodifiableMap(map);
  }

  static Map<String, @Nullable Object> change(PlannedChange change) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("object", change.object().toMap());
    map.put("action", change.action().id());
    map.put("fields", change.fields().stream().map(PlanJson::field).toList());
    map.put("takenFrom", change.takenFrom());
    map.put("note", change.note());
    return Collections.unmodifiableMap(map);
  }

  static Map<String, @Nullable Object> existing(ExistingInstallation there) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    TakeOver takeOver = there.takeOver();
    Failure refusal = there.refusal();
    map.put("madeBy", there.madeBy().id());
    map.put("owner", there.owner());
    map.put("helm", helm(there.helm()));
    map.put("fieldManagers", there.fieldManagers());
    map.put("evidence", there.evidence());
    map.put("takeOver", takeOver == null ? null : takeOver.id());
    map.put("refusal", refusal == null ? null : refusal.toMap());
    return Collections.unmodifiableMap(map);
  }

  private static @Nullable Map<String, @Nullable Object> helm(@Nullable HelmRelease release) {
    if (release == null) {
      return null;
    }
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("name", release.name());
    map.put("namespace", release.namespace());
    map.put("revision", release.revision());
    map.put("chart", release.chart());
    map.put("status", release.status());
    return Collections.unmodifiableMap(map);
  }

  private static Map<String, @Nullable Object> stage(PlannedStage stage) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("stage", stage.stage().id());
    map.put("why", stage.why());
    map.put("changes", stage.changes().stream().map(PlanJson::change).toList());
    return Collections.unmodifiableMap(map);
  }

  private static Map<String, @Nullable Object> field(FieldDiff field) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("path", field.path());
    map.put("live", field.live());
    map.put("wanted", field.wanted());
    return Collections.unmodifiableMap(map);
  }

  static Map<String, @Nullable Object> interception(Interception row) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("webhook", row.webhook());
    map.put("configuration", row.configuration());
    map.put("operations", row.operations());
    map.put("resources", row.resources());
    map.put("failurePolicy", row.failurePolicy());
    map.put("timeoutSeconds", row.timeoutSeconds());
    map.put("namespaces", row.namespaces());
    map.put("excludedNamespaces", row.excludedNamespaces());
    map.put("onlyLabelled", row.onlyLabelled());
    return Collections.unmodifiableMap(map);
  }
}
