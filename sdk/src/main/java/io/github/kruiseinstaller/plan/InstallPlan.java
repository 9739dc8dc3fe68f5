package io.github.kruiseinstaller.plan;

import io.github.kruiseinstaller.internal.tree.Json;
import io.github.kruiseinstaller.model.ObjectRef;
import io.github.kruiseinstaller.model.Stage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an installation will do. Immutable; {@code render()} for people, {@code toJson()} for
 * programs.
 *
 * @param version the OpenKruise version to install
 * @param namespace the manager's namespace
 * @param server the API server's address
 * @param kubernetesVersion the cluster's version, such as {@code 1.34.0}
 * @param releaseDigest the digest of the customised release
 * @param stages the stages in order
 * @param blastRadius which requests the armed configurations will intercept, in live namespaces
 * @param warnings what a person should know before saying yes
 * @param fingerprint SHA-256 over everything here that decides writes: equal when the same would be
 *     done
 * @param existingInstallation the installation that somebody else made and that the plan takes
 *     over, or would where that is refused; null when there is none
 */
public record InstallPlan(
    String version,
    String namespace,
    String server,
    String kubernetesVersion,
    String releaseDigest,
    List<PlannedStage> stages,
    List<Interception> blastRadius,
    List<String> warnings,
    String fingerprint,
    @Nullable ExistingInstallation existingInstallation) {
  /** Copies the lists. */
  public InstallPlan {
    stages = List.copyOf(stages);
    blastRadius = List.copyOf(blastRadius);
    warnings = List.copyOf(warnings);
  }

  /** A plan that takes nothing over. */
  public InstallPlan(
      String version,
      String namespace,
      String server,
      String kubernetesVersion,
      String releaseDigest,
      List<PlannedStage> stages,
      List<Interception> blastRadius,
      List<String> warnings,
      String fingerprint) {
    this(
        version,
        namespace,
        server,
        kubernetesVersion,
        releaseDigest,
        stages,
        blastRadius,
        warnings,
        fingerprint,
        null);
  }

  /** Whether nothing would be written. */
  public boolean isNoOp() {
    return stages.stream().allMatch(stage -> stage.writes() == 0);
  }

  /** The planned stage, where the plan has it. */
  public Optional<PlannedStage> stage(Stage stage) {
    return stages.stream().filter(planned -> planned.stage() == stage).findFirst();
  }

  /** What is planned for an object in a stage, where anything is. */
  public Optional<PlannedChange> change(Stage stage, ObjectRef object) {
    return stage(stage).stream()
        .flatMap(planned -> planned.changes().stream())
        .filter(change -> change.object().equals(object))
        .findFirst();
  }

  /**
   * The plan for people, in lines of plain ASCII layout without colour: what happens to which
   * object and why, what the armed webhooks will intercept, and warnings. Unchanged objects are
   * counted, long values and long lists of fields are cut; {@link #toJson()} has everything.
   */
  public String render() {
    return new PlanText(this).render();
  }

  /**
   * The plan as one line of JSON, complete and stable; the schema is the resource {@code
   * io/github/kruiseinstaller/schema/install-plan.schema.json}. Values that are absent are null.
   */
  public String toJson() {
    return Json.compact(toMap());
  }

  /** What {@link #toJson()} prints, as maps and lists for a JSON library of the caller's. */
  public Map<String, @Nullable Object> toMap() {
    return PlanJson.plan(this);
  }

  /** One line: version, namespace, how many objects are written, short fingerprint. */
  @Override
  public String toString() {
    return PlanText.summary(this);
  }
}
