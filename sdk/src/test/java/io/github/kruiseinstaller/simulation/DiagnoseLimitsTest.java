package io.github.kruiseinstaller.simulation;

import static io.github.kruiseinstaller.simulation.AppliedRelease.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.diagnosis.Diagnosis;
import io.github.kruiseinstaller.diagnosis.DiagnosisCode;
import io.github.kruiseinstaller.diagnosis.DiagnosisReport;
import io.github.kruiseinstaller.diagnosis.PodAdmission;
import io.github.kruiseinstaller.plan.Interception;
import io.github.kruiseinstaller.testkit.ClusterUser;
import io.github.kruiseinstaller.testkit.SmallRelease;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a diagnosis makes of a healthy cluster, of a blocked one, and of what it may not see. */
class DiagnoseLimitsTest {
  private static final String MARKED = "marked-and-not-to-be-seen";

  @Test
  void cluster_withoutOpenKruise_hasNothingTheMatter() {
    try (AppliedRelease scene = AppliedRelease.empty()) {
      DiagnosisReport report = scene.until(each -> true);

      assertThat(report.diagnoses()).isEmpty();
      assertThat(report.version()).isEqualTo("unknown");
      assertThat(report.admission().answer()).isEqualTo(PodAdmission.Answer.ADMITTED);
    }
  }

  @Test
  void cluster_thatIsHealthy_hasNothingTheMatterAndIsNotWrittenTo() {
    try (AppliedRelease scene = AppliedRelease.healthy()) {
      ClusterUser user = scene.cluster().user("looker", "system:masters");
      DiagnosisReport report = scene.until(user, each -> each.unseen().isEmpty());

      assertThat(report.diagnoses()).as(report.render()).isEmpty();
      assertThat(report.version()).isEqualTo("1.8.3");
      assertThat(report.namespace()).isEqualTo(NAMESPACE);
      assertThat(
              scene.cluster().requests().entries().stream()
                  .map(entry -> entry.request())
                  .filter(request -> request.user().equals("looker"))
                  .filter(request -> request.writes() && !request.dryRun())
                  .filter(request -> !request.resource().contains("selfsubjectaccessreviews")))
          .isEmpty();
    }
  }

  @Test
  void incident_isExplainedWhilePodsAreRefusedEverywhere() {
    try (AppliedRelease scene = AppliedRelease.empty()) {
      scene.apply("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: kruise-system\n");
      scene.apply(
          AppliedRelease.configurationsFirst(
              SmallRelease.yaml().replace("    control-plane: openkruise\n", "    a: label\n")));

      DiagnosisReport report = scene.until(each -> refusals(each).contains("mpod.kb.io"));

      Diagnosis first = report.diagnoses().get(0);
      assertThat(report.diagnoses()).as(report.render()).hasSize(1);
      assertThat(first.code()).isEqualTo(DiagnosisCode.OWN_NAMESPACE_INTERCEPTED);
      assertThat(first.repairable()).isTrue();
      assertThat(first.since()).isNotNull();
      assertThat(first.evidence().get(0)).contains("FailedCreate", "mpod.kb.io");
      assertThat(first.blocks()).extracting(Interception::webhook).contains("mpod.kb.io");
      assertThat(first.remedy()).contains("kubectl label namespace kruise-system");
      assertThat(report.admission().answer()).isEqualTo(PodAdmission.Answer.REFUSED);
      assertThat(report.admission().message()).contains("failed calling webhook");
    }
  }

  @Test
  void aServiceThatIsMissing_comesBeforeManagersThatOnlyStart() {
    try (AppliedRelease scene = AppliedRelease.healthy()) {
      scene.cluster().workloads().neverReady(AppliedRelease.MANAGERS);
      scene.delete("v1", "Service", "kruise-webhook-service");
      scene.renewManagers();

      DiagnosisReport report = scene.until(each -> each.diagnoses().size() > 1);

      assertThat(report.diagnoses())
          .as(report.render())
          .extracting(Diagnosis::code)
          .startsWith(DiagnosisCode.SERVICE_MISSING, DiagnosisCode.MANAGER_NOT_READY);
    }
  }

  private static List<String> refusals(DiagnosisReport report) {
    return report.diagnoses().stream()
        .filter(each -> each.since() != null)
        .flatMap(each -> each.blocks().stream())
        .map(Interception::webhook)
        .toList();
  }

  @Test
  void caller_whoMaySeeNothing_isToldSoAndGuessesNothing() {
    try (AppliedRelease scene = AppliedRelease.healthy()) {
      Breakage.scaleTo(scene, 0);

      DiagnosisReport report =
          scene.until(
              scene.cluster().user("nobody"),
              each -> each.unseen().stream().noneMatch(why -> why.contains("in time")));

      assertThat(report.diagnoses()).isEmpty();
      assertThat(report.admission().answer()).isEqualTo(PodAdmission.Answer.UNKNOWN);
      assertThat(String.join("\n", report.unseen()))
          .contains("webhook configurations", "namespaces", "Deployments", "events", "plain Pod");
      assertThat(report.render()).contains("not seen:");
    }
  }

  @Test
  void caller_whoSeesPartOfIt_isToldTheCauseAndWhatWasNotSeen() {
    try (AppliedRelease scene = AppliedRelease.healthy()) {
      Breakage.scaleTo(scene, 0);
      scene.apply(
          """
          apiVersion: rbac.authorization.k8s.io/v1
          kind: ClusterRole
          metadata:
            name: part
          rules:
            - {apiGroups: [apps], resources: [deployments], verbs: [get, list]}
            - {apiGroups: [admissionregistration.k8s.io], resources: ["*"], verbs: [get, list]}
          ---
          apiVersion: rbac.authorization.k8s.io/v1
          kind: ClusterRoleBinding
          metadata:
            name: part
          roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: part}
          subjects:
            - {kind: User, name: part, apiGroup: rbac.authorization.k8s.io}
          """);

      DiagnosisReport report =
          scene.until(scene.cluster().user("part"), each -> !each.diagnoses().isEmpty());

      assertThat(report.diagnoses())
          .extracting(Diagnosis::code)
          .containsExactly(DiagnosisCode.MANAGER_SCALED_TO_ZERO);
      assertThat(String.join("\n", report.unseen())).contains("Pods in kruise-system", "Secret");
    }
  }

  @Test
  void webhooks_thatHang_areFoundInTime() {
    try (AppliedRelease scene = AppliedRelease.healthy()) {
      scene.cluster().dropPacketsTo(NAMESPACE);

      DiagnosisReport report =
          scene.until(
              scene.cluster().admin(),
              each ->
                  each.diagnoses().stream()
                      .anyMatch(found -> found.code() == DiagnosisCode.PORT_BLOCKED));

      assertThat(report.diagnoses())
          .as(report.render())
          .extracting(Diagnosis::code)
          .containsExactly(DiagnosisCode.PORT_BLOCKED);
      assertThat(report.diagnoses().get(0).blocks()).isNotEmpty();
    }
  }

  @Test
  void nodeThatDoesNotAnswer_hidesNothingOfTheOtherPods() {
    try (AppliedRelease scene = AppliedRelease.healthy()) {
      scene.cluster().workloads().crash("*kruise-manager:*", 1, "panic: no such flag");
      scene.renewManagers();
      scene.until(
          each ->
              each.diagnoses().stream()
                  .anyMatch(found -> found.code() == DiagnosisCode.CONTAINER_CRASHING));
      String silent = managers(scene).get(0);
      Scenes.silence(scene.cluster(), silent);

      DiagnosisReport report =
          scene.until(scene.cluster().admin(), each -> each.unseen().size() == 1);

      Diagnosis first = report.diagnoses().get(0);
      assertThat(first.code()).as(report.render()).isEqualTo(DiagnosisCode.CONTAINER_CRASHING);
      assertThat(first.evidence()).anyMatch(line -> line.contains("panic: no such flag"));
      assertThat(report.unseen())
          .containsExactly("log of Pod kruise-system/" + silent + ": no answer in time");
    }
  }

  private static List<String> managers(AppliedRelease scene) {
    return scene.cluster().objects().list("v1", "Pod", NAMESPACE).stream()
        .map(pod -> String.valueOf(Scenes.child(pod, "metadata").get("name")))
        .filter(name -> name.startsWith("kruise-controller-manager"))
        .toList();
  }

  @Test
  void report_neverHoldsSecretData() {
    try (AppliedRelease scene = AppliedRelease.healthy()) {
      scene.freezeManager();
      String encoded = Base64.getEncoder().encodeToString(MARKED.getBytes(StandardCharsets.UTF_8));
      scene.edit(
          "v1",
          "Secret",
          "kruise-webhook-certs",
          tree ->
              tree.put(
                  "data",
                  Map.of(
                      "ca-key.pem", encoded,
                      "tls.key", encoded,
                      "ca-cert.pem", encoded,
                      "tls.crt", encoded,
                      "token", encoded)));
      scene.renewManagers();

      DiagnosisReport report =
          scene.until(
              each ->
                  each.diagnoses().stream()
                      .anyMatch(found -> found.code() == DiagnosisCode.CERTIFICATE_UNREADABLE));

      assertThat(report.diagnoses())
          .extracting(Diagnosis::code)
          .contains(DiagnosisCode.CERTIFICATE_UNREADABLE);
      assertThat(report.toJson() + report.render() + report)
          .doesNotContain(MARKED)
          .doesNotContain(encoded);
    }
  }
}
