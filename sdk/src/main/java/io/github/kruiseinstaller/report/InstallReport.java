package io.github.kruiseinstaller.report;

import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.internal.tree.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an installation has done. Immutable; {@code render()} prints a time line for people, {@code
 * toJson()} is for programs.
 *
 * @param runId a random id of this run
 * @param version the OpenKruise version
 * @param namespace the manager's namespace
 * @param server the API server's address
 * @param planFingerprint the fingerprint of the plan that was carried out, empty when none was made
 * @param startedAt when the run began
 * @param took how long it took
 * @param stages every stage of the run, in order, those not started included
 * @param degraded what is not well but does not gate the webhooks, such as the daemon
 * @param failure why it failed, or null
 */
public record InstallReport(
    String runId,
    String version,
    String namespace,
    String server,
    String planFingerprint,
    Instant startedAt,
    Duration took,
    List<StageOutcome> stages,
    List<String> degraded,
    @Nullable Failure failure) {
  /** Copies the lists. */
  public InstallReport {
    stages = List.copyOf(stages);
    degraded = List.copyOf(degraded);
  }

  /** Whether the run reached its end. */
  public boolean succeeded() {
    return failure == null;
  }

  /** How many objects were written. */
  public long writes() {
    return stages.stream().mapToLong(stage -> stage.changes().size()).sum();
  }

  /** How long the run waited for the cluster: CRDs, pods, readiness. */
  public Duration waited() {
    return stages.stream().map(StageOutcome::waited).reduce(Duration.ZERO, Duration::plus);
  }

  /** The run's own share: all but waiting for the cluster. */
  public Duration ownShare() {
    return took.minus(waited());
  }

  /**
   * The report for people, in lines of plain ASCII layout without colour: a time line with a row
   * per stage, own work told apart from waiting for the cluster, then what is degraded and why it
   * failed.
   */
  public String render() {
    return new ReportText(this).render();
  }

  /**
   * The report as one line of JSON, complete and stable; the schema is the resource {@code
   * io/github/kruiseinstaller/schema/install-report.schema.json}. Durations are whole milliseconds,
   * instants ISO-8601 in UTC, values that are absent are null.
   */
  public String toJson() {
    return Json.compact(toMap());
  }

  /** What {@link #toJson()} prints, as maps and lists for a JSON library of the caller's. */
  public Map<String, @Nullable Object> toMap() {
    return ReportJson.report(this);
  }

  /** One line: version, namespace, and how it ended. */
  @Override
  public String toString() {
    return ReportText.summary(this);
  }
}
