package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Installations that fail: nobody is refused, nothing stays armed, the failure says what to do, and
 * once that is done the next run succeeds.
 */
class FailureE2e extends InstallTest {
  /** Long enough for what goes wrong to be seen, on a machine that is not too busy. */
  private static final Duration SHORT =
      Duration.ofSeconds(Integer.getInteger("e2e.failure.seconds", 25));

  @Test
  void aCrashingImage() throws Exception {
    needsHarness();
    bystander();

    Failure failure =
        fails(
            installer()
                .customize(Customizer.image("openkruise/kruise-manager:crash"))
                .timeout(SHORT),
            FailureCode.CONTAINER_CRASHING,
            Stage.ROLLOUT);

    assertThat(failure.object()).isNotNull();
    assertThat(failure.object().kind()).isEqualTo("Pod");
    assertThat(failure.message()).contains("exit code 1");
    assertThat(failure.evidence()).anyMatch(line -> line.startsWith("log: "));
    installs(installer());
    nobodyWasRefused();
  }

  @Test
  void anImageThatDoesNotExistInPlaceOfOneThatWorks() throws Exception {
    bystander();
    installs(installer());

    Failure failure =
        failsBesideTheOldOne(
            installer().customize(Customizer.image("openkruise/none:v0")).timeout(SHORT),
            FailureCode.IMAGE_PULL_FAILED,
            Stage.ROLLOUT);

    assertThat(failure.object()).isNotNull();
    assertThat(failure.evidence()).anyMatch(line -> line.contains("openkruise/none:v0"));
    installs(installer());
    nobodyWasRefused();
  }

  @Test
  void noNodeThatFitsAndADeadlineThatPasses() throws Exception {
    bystander();

    Failure failure =
        fails(
            installer()
                .customize(Customizer.nodeSelector(Map.of("disk", "none")))
                .timeout(Duration.ofSeconds(12)),
            FailureCode.UNSCHEDULABLE,
            Stage.ROLLOUT);

    assertThat(failure.message()).contains("12 s");
    assertThat(failure.evidence()).anyMatch(line -> line.contains("node"));
    installs(installer());
    nobodyWasRefused();
  }

  @Test
  void anImageThatNeverBecomesReady() throws Exception {
    needsHarness();
    bystander();

    Failure failure =
        fails(
            installer()
                .customize(Customizer.image("openkruise/kruise-manager:hang"))
                .timeout(SHORT),
            FailureCode.MANAGER_NOT_READY,
            Stage.ROLLOUT);

    assertThat(failure.evidence()).anyMatch(line -> line.contains("Readiness probe failed"));
    installs(installer());
    nobodyWasRefused();
  }

  @Test
  void aManagerThatIsReadyAndNeverFillsInItsCertificate() throws Exception {
    needsHarness();
    bystander();

    Failure failure =
        fails(
            installer().customize(Edits.readyWithoutServing("app:1")).timeout(SHORT),
            FailureCode.CERTIFICATE_UNUSABLE,
            Stage.PROVE);

    assertThat(failure.object()).isNotNull();
    assertThat(failure.object().name()).isEqualTo("kruise-webhook-certs");
    installs(installer());
    nobodyWasRefused();
  }

  @Test
  void aManagerThatIsReadyAndDoesNotServe() throws Exception {
    needsHarness();
    bystander();
    installs(installer());

    Failure failure =
        failsBesideTheOldOne(
            installer().customize(Edits.readyWithoutServing("app:1")).timeout(SHORT),
            FailureCode.PROOF_FAILED,
            Stage.CUT_OVER);

    assertThat(failure.evidence()).anyMatch(line -> line.contains("connection refused"));
    installs(installer());
    nobodyWasRefused();
  }

  @Test
  void aDefinitionThatTheApiServerRefuses() throws Exception {
    bystander();
    String crd = "clonesets.apps.kruise.io";

    Failure failure =
        fails(
            installer().customize(Edits.invalidSchema(crd)).timeout(SHORT),
            FailureCode.OBJECT_REJECTED,
            Stage.PLAN);

    assertThat(failure.object()).isNotNull();
    assertThat(failure.object().name()).isEqualTo(crd);
    assertThat(failure.evidence()).anyMatch(line -> line.contains("nonsense"));
    assertThat(api().find("/api/v1/namespaces/" + NAMESPACE)).as("nothing is written").isEmpty();
    installs(installer());
    nobodyWasRefused();
  }

  @Test
  void missingPermissionsOfOneWhoMayRead(@TempDir Path folder) throws Exception {
    bystander();
    Path reader =
        RestrictedUser.create(
            cluster(),
            "e2e-reader",
            "[{\"apiGroups\":[\"*\"],\"resources\":[\"*\"],\"verbs\":[\"get\",\"list\",\"watch\"]}]",
            folder);

    Failure failure =
        fails(installer().kubeconfig(reader), FailureCode.PERMISSION_DENIED, Stage.PLAN);

    assertThat(failure.evidence())
        .anyMatch(line -> line.contains("create Namespace"))
        .anyMatch(line -> line.contains("patch Namespace"))
        .anyMatch(line -> line.contains("create CustomResourceDefinition"))
        .anyMatch(line -> line.contains("create ClusterRole "))
        .anyMatch(line -> line.contains("create ClusterRoleBinding"))
        .anyMatch(line -> line.contains("create Deployment"))
        .anyMatch(line -> line.contains("create DaemonSet"))
        .anyMatch(line -> line.contains("create Service "))
        .anyMatch(line -> line.contains("create Secret"))
        .anyMatch(line -> line.contains("update ValidatingWebhookConfiguration"))
        .anyMatch(line -> line.contains("create Pod"))
        .noneMatch(line -> line.startsWith("get ") || line.startsWith("list "));
    assertThat(api().find("/api/v1/namespaces/" + NAMESPACE)).isEmpty();
    installs(installer());
    nobodyWasRefused();
  }

  @Test
  void missingPermissionsOfOneWhoMayNothing(@TempDir Path folder) throws Exception {
    Path nobody = RestrictedUser.create(cluster(), "e2e-nobody", "[]", folder);

    Failure failure =
        fails(installer().kubeconfig(nobody), FailureCode.PERMISSION_DENIED, Stage.PLAN);

    assertThat(failure.evidence())
        .anyMatch(line -> line.contains("get Namespace"))
        .anyMatch(line -> line.contains("get Deployment"))
        .anyMatch(line -> line.contains("create CustomResourceDefinition"));
    assertThat(api().find("/api/v1/namespaces/" + NAMESPACE)).isEmpty();
  }
}
