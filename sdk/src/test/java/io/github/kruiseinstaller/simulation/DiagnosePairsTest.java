package io.github.kruiseinstaller.simulation;

import static io.github.kruiseinstaller.simulation.AppliedRelease.ADMISSION;
import static io.github.kruiseinstaller.simulation.AppliedRelease.DEFINITIONS;
import static io.github.kruiseinstaller.simulation.AppliedRelease.MANAGERS;
import static io.github.kruiseinstaller.simulation.AppliedRelease.MUTATING;
import static io.github.kruiseinstaller.simulation.AppliedRelease.NAMESPACE;
import static io.github.kruiseinstaller.simulation.AppliedRelease.VALIDATING;
import static io.github.kruiseinstaller.simulation.AppliedRelease.map;
import static io.github.kruiseinstaller.simulation.AppliedRelease.maps;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Of two causes that can be there at once both are found: each of these is brought about on top of
 * each other one. What it touches says which cannot be: two that touch the same are one, and where
 * nobody is asked, nobody's answer is seen.
 */
class DiagnosePairsTest {
  /**
   * A cause.
   *
   * @param breakage brings it about; what it edits and deletes can be taken back
   * @param touches what it changes; {@code ASKS} when it is seen in the answer of a webhook that
   *     works, {@code SILENT} when none works any more
   * @param undoable whether it can be taken back
   */
  private record Cause(Breakage breakage, Set<String> touches, boolean undoable) {
    DiagnosisCode code() {
      return breakage.code();
    }

    boolean coexistsWith(Cause other) {
      boolean hidden =
          (touches.contains("ASKS") && other.touches.contains("SILENT"))
              || (touches.contains("SILENT") && other.touches.contains("ASKS"));
      return !hidden
          && touches.stream()
              .filter(each -> !each.equals("SILENT"))
              .noneMatch(other.touches::contains);
    }

    @Override
    public String toString() {
      return code().id();
    }
  }

  private static Cause edits(
      DiagnosisCode code, Consumer<AppliedRelease> makes, String... touches) {
    return new Cause(Breakage.of(code, code.id(), makes), Set.of(touches), true);
  }

  private static Cause lasts(
      DiagnosisCode code, Consumer<AppliedRelease> makes, String... touches) {
    return new Cause(Breakage.of(code, code.id(), makes), Set.of(touches), false);
  }

  static Stream<Cause> causes() {
    String other = WebhookCertificates.create().caBundle();
    return Stream.of(
        lasts(
            DiagnosisCode.CONTAINER_CRASHING,
            scene -> {
              scene.cluster().workloads().crash(MANAGERS, 1, "panic");
              scene.renewManagers();
            },
            "pods",
            "SILENT"),
        lasts(
            DiagnosisCode.IMAGE_PULL_FAILED,
            scene -> {
              scene.cluster().workloads().pullFails("nowhere/*", "not found");
              scene.editManager(
                  tree -> Breakage.container(tree).put("image", "nowhere/kruise-manager:v1.8.3"));
              scene.renewManagers();
            },
            "pods",
            "SILENT"),
        lasts(
            DiagnosisCode.UNSCHEDULABLE,
            scene -> {
              scene.cluster().workloads().unschedulable(NAMESPACE, "1 Insufficient cpu");
              scene.renewManagers();
            },
            "pods",
            "daemon",
            "SILENT"),
        lasts(
            DiagnosisCode.CONNECTION_CUT,
            scene -> scene.cluster().closeConnectionsTo(NAMESPACE),
            "way",
            "bundle",
            "ASKS"),
        lasts(DiagnosisCode.FOREIGN_WEBHOOK_FAILED, Breakage::deadForeignWebhook, "ASKS", "way"),
        lasts(
            DiagnosisCode.DAEMON_SOCKET_MISSING,
            scene -> {
              scene.cluster().workloads().daemonCrashes("not found dockershim.sock");
              scene.renewDaemons();
            },
            "daemon"),
        edits(
            DiagnosisCode.MANAGER_SCALED_TO_ZERO,
            scene -> Breakage.scaleTo(scene, 0),
            "pods",
            "SILENT"),
        edits(
            DiagnosisCode.SERVICE_MISSING,
            scene -> scene.delete("v1", "Service", "kruise-webhook-service"),
            "service",
            "SILENT"),
        edits(
            DiagnosisCode.SERVICE_SELECTS_NOTHING,
            scene ->
                scene.editService(
                    tree -> map(tree, "spec").put("selector", Map.of("app", "other"))),
            "service",
            "SILENT"),
        edits(
            DiagnosisCode.SERVICE_PORT_WRONG,
            scene ->
                scene.editService(
                    tree -> maps(map(tree, "spec"), "ports").get(0).put("targetPort", 9877)),
            "service",
            "SILENT"),
        edits(DiagnosisCode.OWN_NAMESPACE_INTERCEPTED, Breakage::unlabel, "label", "pods"),
        edits(
            DiagnosisCode.DEFINITION_MISSING,
            scene ->
                scene.delete(DEFINITIONS, "CustomResourceDefinition", "sidecarsets.apps.kruise.io"),
            "sidecarsets"),
        edits(
            DiagnosisCode.CONVERSION_TARGET_WRONG,
            scene ->
                Breakage.editConversion(
                    scene, client -> map(client, "service").put("namespace", "system")),
            "conversion"),
        edits(
            DiagnosisCode.CONVERSION_CA_STALE,
            scene -> Breakage.editConversion(scene, client -> client.put("caBundle", other)),
            "conversion's CA"),
        edits(
            DiagnosisCode.CONFIGURATION_MISSING,
            scene -> scene.delete(ADMISSION, VALIDATING, AppliedRelease.configuration(VALIDATING)),
            "validating"),
        edits(
            DiagnosisCode.TEMPLATE_STALE,
            scene ->
                scene.editWebhooks(VALIDATING, webhook -> webhook.put("failurePolicy", "Ignore")),
            "validating"),
        edits(
            DiagnosisCode.TEMPLATE_BROKEN,
            scene ->
                scene.editConfiguration(
                    MUTATING,
                    tree -> map(map(tree, "metadata"), "annotations").put("template", "[{")),
            "template"),
        edits(
            DiagnosisCode.CA_BUNDLE_STALE,
            scene ->
                scene.editWebhooks(
                    MUTATING, webhook -> map(webhook, "clientConfig").put("caBundle", other)),
            "bundle",
            "way"));
  }

  @ParameterizedTest
  @MethodSource("causes")
  void causes_thatAreThereAtOnce_areAllFound(Cause first) {
    List<Cause> others =
        causes().filter(Cause::undoable).filter(each -> isAfter(first, each)).toList();
    try (AppliedRelease scene = AppliedRelease.healthy()) {
      scene.freezeManager();
      first.breakage().makes().accept(scene);
      for (Cause second : others) {
        scene.mark();
        second.breakage().makes().accept(scene);

        DiagnosisReport report = scene.until(each -> codes(each).containsAll(codes(first, second)));

        assertThat(codes(report)).as(report.render()).containsAll(codes(first, second));
        scene.undo();
      }
    }
  }

  @Test
  void pairs_areMany() {
    List<Cause> all = causes().toList();
    long pairs =
        all.stream()
            .mapToLong(
                first ->
                    all.stream().filter(each -> each.undoable() && isAfter(first, each)).count())
            .sum();

    assertThat(pairs).isGreaterThan(100);
  }

  /** Each pair once: what cannot be taken back first. */
  private static boolean isAfter(Cause first, Cause second) {
    List<DiagnosisCode> order = causes().map(Cause::code).toList();
    return order.indexOf(second.code()) > order.indexOf(first.code()) && first.coexistsWith(second);
  }

  private static List<DiagnosisCode> codes(DiagnosisReport report) {
    return report.diagnoses().stream().map(Diagnosis::code).toList();
  }

  private static List<DiagnosisCode> codes(Cause... causes) {
    return Stream.of(causes).map(Cause::code).toList();
  }
}
