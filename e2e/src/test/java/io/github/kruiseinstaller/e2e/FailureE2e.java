package io.github.kruiseinstaller.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kruiseinstaller.customize.Customizer;
import io.github.kruiseinstaller.error.Failure;
import io.github.kruiseinstaller.error.FailureCode;
import io.github.kruiseinstaller.model.Stage;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Installations that fail: nobody is refused, nothing stays armed, the failure says what to do, and
 * once that is done the next run succeeds. Those over an installation come last, and find the one
 * of the test before.
 */
@TestMethodOrder(OrderAnnotation.class)
class FailureE2e extends InstallTest {
  private static final int LAST = Order.DEFAULT + 1;

  @Test
  void aCrashingImage() throws Exception {
    needsHarness();
    bystander();

    Failure failure =
        fails(
            installer().customize(Customizer.image("openkruise/kruise-manager:crash")),
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
  @Order(LAST)
  @Tag(AS_IT_IS)
  void anImageThatDoesNotExistInPlaceOfOneThatWorks() throws Exception {
    installed();

    Failure failure =
        failsBesideTheOldOne(
            installer().customize(Customizer.image("openkruise/none:v0")),
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
            installer().customize(Customizer.nodeSelector(Map.of("disk", "none"))),
            FailureCode.UNSCHEDULABLE,
            Stage.ROLLOUT);

    assertThat(failure.message())
        .containsAnyOf(SHORT.toSeconds() + " s", SHORT.multipliedBy(2).toSeconds() + " s");
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
            installer().customize(Customizer.image("openkruise/kruise-manager:hang")),
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
            installer().customize(Edits.readyWithoutServing("app:1")),
            FailureCode.CERTIFICATE_UNUSABLE,
            Stage.PROVE);

    assertThat(failure.object()).isNotNull();
    assertThat(failure.object().name()).isEqualTo("kruise-webhook-certs");
    installs(installer());
    nobodyWasRefused();
  }

  @Test
  @Order(LAST)
  @Tag(AS_IT_IS)
  void aManagerThatIsReadyAndDoesNotServe() throws Exception {
    needsHarness();
    installed();

    Failure failure =
        failsBesideTheOldOne(
            installer().customize(Edits.readyWithoutServing("app:1")),
            FailureCode.PROOF_FAILED,
            Stage.CUT_OVER);

    assertThat(failure.evidence()).anyMatch(line -> line.contains("connection refused"));
    installs(installer());
    nobodyWasRefused();
  }

  /** One cluster serves all three, since none of them leaves anything there. */
  @Test
  void nothingIsWritten_whereADefinitionIsRefusedOrPermissionsAreMissing(@TempDir Path folder)
      throws Exception {
    bystander();

    aDefinitionThatTheApiServerRefuses();
    missingPermissionsOfOneWhoMayRead(folder);
    missingPermissionsOfOneWhoMayNothing(folder);

    installs(installer());
    nobodyWasRefused();
  }

  private void aDefinitionThatTheApiServerRefuses() {
    String crd = "clonesets.apps.kruise.io";

    Failure failure =
        fails(
            installer().customize(Edits.invalidSchema(crd)),
            FailureCode.OBJECT_REJECTED,
            Stage.PLAN);

    assertThat(failure.object()).isNotNull();
    assertThat(failure.object().name()).isEqualTo(crd);
    assertThat(failure.evidence()).anyMatch(line -> line.contains("nonsense"));
    nothingIsWritten();
  }

  private void missingPermissionsOfOneWhoMayRead(Path folder) {
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
    nothingIsWritten();
  }

  private void missingPermissionsOfOneWhoMayNothing(Path folder) {
    Path nobody = RestrictedUser.create(cluster(), "e2e-nobody", "[]", folder);

    Failure failure =
        fails(installer().kubeconfig(nobody), FailureCode.PERMISSION_DENIED, Stage.PLAN);

    assertThat(failure.evidence())
        .anyMatch(line -> line.contains("get Namespace"))
        .anyMatch(line -> line.contains("get Deployment"))
        .anyMatch(line -> line.contains("create CustomResourceDefinition"));
    nothingIsWritten();
  }

  private static void nothingIsWritten() {
    assertThat(api().find("/api/v1/namespaces/" + NAMESPACE)).as("nothing is written").isEmpty();
  }
}
